"""Figures about testing: documents in training and test data, and intervals of figures."""

import random

from tools.figures.svg import BLUE, GREEN, LINE, ORANGE, PAPER, SOFT, Drawing

_PALE_ORANGE, _PALE_GREY = "#fbeee5", "#f2f3f5"


def leakage() -> Drawing:
    """One document in the training data of one corpus and in the test data of another."""
    drawing = Drawing(600, 400, "A document in training and in test data, and what can be done")
    drawing.text(10, 28, "Corpus A, train: the model learns from it", bold=True, colour=BLUE)
    drawing.text(330, 28, "Corpus B, test", bold=True, colour=GREEN)
    for number in range(3):
        for x, corpus, colour in ((10, "a", BLUE), (330, "b", GREEN)):
            shared = number == 1
            drawing.box(
                *(x, 44 + 54 * number, 200, 42),
                f"document {corpus}{number + 1}",
                fill=_PALE_ORANGE if shared else PAPER,
                stroke=ORANGE if shared else colour,
            )
    drawing.line(212, 119, 328, 119, ORANGE)
    drawing.text(270, 110, "same text", anchor="middle", size=13, colour=ORANGE, bold=True)
    drawing.text(10, 236, "evaluate.leakage says what happens:", colour=SOFT)
    for y, value, what in (
        (250, "mark", "nothing is left out; the cell of the matrix has a †"),
        (300, "drop_train", "a2 is not learned; the test of B stays whole"),
        (350, "drop_test", "b2 is not counted; the model learns all of A"),
    ):
        drawing.box(10, y, 120, 38, value, fill=_PALE_GREY, stroke=LINE)
        drawing.text(146, y + 24, what)
    return drawing


def intervals() -> Drawing:
    """F1 of many draws of the same test documents, and the interval that holds 95 % of them."""
    chance = random.Random(1)
    # Made-up documents: gold mentions, predicted ones, right ones.
    documents = []
    for _ in range(100):
        gold = chance.randint(2, 12)
        right = sum(chance.random() < 0.84 for _ in range(gold))
        documents.append((gold, right + sum(chance.random() < 0.16 for _ in range(gold)), right))

    def f1(drawn: list[tuple[int, int, int]]) -> float:
        gold, predicted, right = map(sum, zip(*drawn, strict=True))
        return 100 * 2 * right / (gold + predicted)

    draws = sorted(f1(chance.choices(documents, k=100)) for _ in range(1000))
    low, high, middle = draws[24], draws[974], f1(documents)
    drawing = Drawing(600, 380, "A histogram of F1 over 1,000 draws of test documents")
    drawing.text(10, 28, "100 test documents are drawn 1,000 times, with replacement.", bold=True)
    drawing.text(10, 52, "Each draw has another F1. 95 % of them lie between the dashed lines.")
    first, last, bars = draws[0] - 0.2, draws[-1] + 0.2, 40
    width = 560 / bars
    counts = [0] * bars
    for value in draws:
        counts[min(bars - 1, int((value - first) / (last - first) * bars))] += 1
    for number, count in enumerate(counts):
        tall = 190 * count / max(counts)
        at = first + (number + 0.5) * (last - first) / bars
        fill = BLUE if low <= at <= high else "#b9c4cd"
        drawing.box(20 + number * width, 290 - tall, width - 2, tall, fill=fill, stroke=fill)
    drawing.line(20, 290, 580, 290)
    for value, name in ((low, "2.5 %"), (middle, "F1"), (high, "97.5 %")):
        x = 20 + 560 * (value - first) / (last - first)
        drawing.arrow((x, 84), (x, 296), dashed=value != middle)
        drawing.text(x, 316, f"{value:.1f}", anchor="middle", bold=True)
        drawing.text(x, 78, name, anchor="middle", colour=SOFT, size=13)
    drawing.text(10, 358, f"The report says: {middle:.1f} ({low:.1f}–{high:.1f}).", colour=SOFT)
    return drawing
