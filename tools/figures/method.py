"""Figures of the method: the parts of the model, its steps, and open and ruled-out actions."""

from sru_ner.model.actions import WordSpan, action_names, gold_steps
from tools.figures.svg import BLUE, GREEN, LINE, ORANGE, PAPER, PURPLE, SOFT, Drawing

_PALE_BLUE, _PALE_GREEN, _PALE_GREY, _PALE_ORANGE = "#e6f1f8", "#e6f3ef", "#f2f3f5", "#fbeee5"

_EXCLUDED = "no disease is a chemical: a penalty if likely"


def architecture() -> Drawing:
    """The way of a sentence through encoder, memory and recurrent unit to its mentions."""
    drawing = Drawing(600, 560, "Encoder, memory slots, recurrent unit and mentions of a sentence")
    words = ["BRCA1", "mutations", "in", "mice"]
    for number, word in enumerate(words):
        drawing.box(104 + number * 100, 16, 92, 32, word, stroke=PAPER)
        drawing.arrow((150 + number * 100, 50), (150 + number * 100, 78))
    drawing.box(100, 80, 400, 48, "encoder", "a vector for each word", fill=_PALE_BLUE, stroke=BLUE)
    slots = ["CLS", "BRCA1", "mutations", "in", "mice", "SEP"]
    for number, slot in enumerate(slots):
        if 0 < number < len(slots) - 1:
            drawing.arrow((50 + number * 100, 130), (50 + number * 100, 168))
        drawing.box(4 + number * 100, 170, 92, 44, slot, fill=_PALE_GREEN, stroke=GREEN)
    drawing.text(4, 238, "memory: a slot for each word, and one at each end", colour=SOFT)
    drawing.box(
        *(150, 290, 300, 84),
        *("recurrent unit", "at one word: which actions?"),
        fill=_PALE_ORANGE,
        stroke=ORANGE,
    )
    drawing.arrow((110, 248), (110, 332), (148, 332))
    drawing.text(20, 290, "1 reads", colour=ORANGE, bold=True)
    drawing.text(20, 310, "all slots", colour=ORANGE)
    drawing.arrow((452, 332), (510, 332), (510, 248))
    drawing.text(520, 290, "3 writes", colour=ORANGE, bold=True)
    drawing.text(520, 310, "its word's", colour=ORANGE)
    drawing.text(520, 328, "slot", colour=ORANGE)
    drawing.arrow((300, 376), (300, 414))
    drawing.text(312, 400, "2 decides", colour=ORANGE, bold=True)
    drawing.box(
        *(60, 416, 480, 44),
        "open Gene · next word · close Gene · open Species · …",
        fill=_PALE_GREY,
        size=15,
    )
    drawing.arrow((300, 462), (300, 494))
    drawing.box(170, 496, 120, 40, "BRCA1: Gene", fill=BLUE, stroke=BLUE, colour=PAPER)
    drawing.box(310, 496, 120, 40, "mice: Species", fill=GREEN, stroke=GREEN, colour=PAPER)
    return drawing


def steps() -> Drawing:
    """All steps of one sentence with nested mentions, as the oracle gives them."""
    words, labels = ["hepatitis", "B", "virus", "infection", "in", "mice"], ["Disease", "Species"]
    mentions = [WordSpan(0, 4, 0), WordSpan(0, 3, 1), WordSpan(5, 6, 1)]
    rows = gold_steps(len(words), mentions)
    drawing = Drawing(600, 168 + 30 * len(rows), "The steps of a sentence with nested mentions")
    left = [10, 96, 128, 186, 276, 310]
    for x, word in zip(left, words, strict=True):
        drawing.text(x, 30, word, size=17)
    for start, end, line, name, colour in (
        (10, 266, 46, "Disease", PURPLE),
        (10, 178, 74, "Species", GREEN),
        (310, 348, 46, "Species", GREEN),
    ):
        drawing.box(start, line, end - start, 5, fill=colour, stroke=colour)
        drawing.text(start, line + 20, name, size=13, colour=colour, bold=True)
    top = 138
    for x, heading in (
        (10, "step"),
        (60, "before the word"),
        (200, "actions"),
        (440, "open after"),
    ):
        drawing.text(x, top, heading, colour=SOFT, size=14)
    names, at, opened = action_names(labels), 0, list[str]()
    for number, actions in enumerate(rows):
        y = top + 26 + 30 * number
        drawing.line(10, y - 20, 590, y - 20)
        drawing.text(10, y, str(number + 1), colour=SOFT)
        drawing.text(60, y, words[at] if at < len(words) else "(end)")
        for action in actions:
            kind, _, label = names[action].rstrip(")").partition("(")
            if kind == "TRANSITION":
                opened.append(label)
            elif kind == "REDUCE":
                del opened[len(opened) - 1 - opened[::-1].index(label)]
            at += kind == "SHIFT"
        said = " + ".join(names[action] for action in actions)
        for name, word in (("TRANSITION(", "open "), ("REDUCE(", "close "), (")", "")):
            said = said.replace(name, word)
        colour = SOFT if said in ("SHIFT", "EOA") else ORANGE
        drawing.text(200, y, {"SHIFT": "next word", "EOA": "end"}.get(said, said), colour=colour)
        drawing.text(440, y, ", ".join(opened) or "–", colour=SOFT)
    return drawing


def open_actions() -> Drawing:
    """What one sentence of a corpus that marks diseases only says of each action at one word."""
    drawing = Drawing(640, 400, "Judged, open and ruled-out actions at one word")
    drawing.text(10, 28, "A corpus that marks diseases only. Its sentence:", colour=SOFT)
    drawing.text(10, 62, "The", size=17)
    drawing.text(48, 62, "ataxia telangiectasia", size=17)
    drawing.text(214, 62, "gene in mice", size=17)
    drawing.box(48, 70, 160, 5, fill=PURPLE, stroke=PURPLE)
    drawing.text(48, 92, "Disease, by an annotator", size=13, colour=PURPLE, bold=True)
    drawing.text(10, 134, "Before the word “ataxia”, the model may open:", colour=SOFT)
    for y, action, verdict, why, colour, fill in (
        (150, "Disease", "right", "an annotator marked it", GREEN, _PALE_GREEN),
        (212, "Species", "open", "nobody looked: no penalty", BLUE, _PALE_BLUE),
        (
            274,
            "Chemical",
            "ruled out",
            _EXCLUDED,
            ORANGE,
            _PALE_ORANGE,
        ),
        (336, "Cell_Line", "open", "nobody looked: no penalty", BLUE, _PALE_BLUE),
    ):
        drawing.box(10, y, 110, 46, action, stroke=LINE)
        drawing.arrow((122, y + 23), (158, y + 23))
        drawing.box(160, y, 110, 46, verdict, fill=fill, stroke=colour, colour=colour)
        drawing.text(286, y + 28, why)
    return drawing
