"""Drawings in a real browser, which alone knows how wide letters are."""

import json
import random
from importlib import resources

import pytest

from sru_ner.rendering.drawing import LabelledSpan, draw_spans
from tests.chromium import chromium, show

WORDS = (
    "liver",
    "skin",
    "il",
    "i",
    "WWW",
    "heart",
    "in",
    "telangiectasia",
    "ß-catenin",
    "𝛼",
    "2,4-diamino-5-(3,4,5-trimethoxybenzyl)pyrimidine",
)
LABELS = ("Organ", "Gene_or_gene_product", "M", "WWWWWWW", "iiiii", "annotated: Disease", "Disease")
COVERED = """
const boxes = [...document.querySelectorAll(".label")].map((l) => [l.textContent, l.getBoundingClientRect()]);
const meet = (a, b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5;
const found = [];
boxes.forEach(([one, a], i) => boxes.slice(i + 1).forEach(([other, b]) => meet(a, b) && found.push([one, other])));
const words = [...document.querySelectorAll(".spans")].filter((d) => d.scrollWidth > d.clientWidth);
return [boxes.length, found, words.length];
"""  # noqa: E501


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


def a_text(seed: int) -> tuple[str, list[LabelledSpan]]:
    """Return a text in which short mentions are neighbours, nest and cross."""
    draw = random.Random(seed)
    words = [draw.choice(WORDS) for _ in range(14)]
    text, starts = "", []
    for word in words:
        starts.append(len(text))
        text += word + draw.choice((" ", ", ", "-", " and "))
    ends = [start + len(word) for start, word in zip(starts, words, strict=True)]
    spans = set()
    for _ in range(draw.randrange(6, 16)):
        first = draw.randrange(14)
        last = min(13, first + draw.choice((0, 0, 0, 1, 2, 5)))
        spans.add((starts[first], ends[last], draw.choice(LABELS)))
    return text, [LabelledSpan(*span, "#0072b2") for span in sorted(spans)]


def page(drawings: str, script: str = "") -> str:
    css = (resources.files("sru_ner") / "rendering/drawing.css.j2").read_text(encoding="utf-8")
    return (
        '<!doctype html><meta charset="utf-8"><style>body { font: 16px/1.5 sans-serif }'
        f"{css}</style><body>{drawings}<script>{script}</script>"
    )


@pytest.mark.parametrize("width", [375, 1280])
@pytest.mark.parametrize("family", ["sans-serif", "monospace", "serif"])
def test_no_label_covers_another(browser, tmp_path, width, family):
    neighbours = [(0, 5), (7, 11), (13, 18)]
    label = "Organ_or_tissue"
    texts = [
        (
            "liver, skin, heart",
            [LabelledSpan(*place, label, "#0072b2") for place in neighbours],
        ),
        *(a_text(seed) for seed in range(25)),
    ]
    path = tmp_path / "page.html"
    drawn = "".join(draw_spans(*each) for each in texts)
    path.write_text(page(drawn).replace("sans-serif", family), encoding="utf-8")
    show(browser, path.as_uri(), width=width)
    labels, covered, too_wide = browser.execute_script(COVERED)
    assert labels == sum(len(spans) for _, spans in texts)
    assert covered == []
    assert too_wide == 0


def test_the_script_draws_the_same(browser, tmp_path):
    texts = [a_text(seed) for seed in range(30)]
    given = [
        [
            text,
            [{"start": s.start, "end": s.end, "label": s.label, "colour": s.colour} for s in own],
        ]
        for text, own in texts
    ]
    script = (resources.files("sru_ner") / "rendering/drawing.js").read_text(encoding="utf-8")
    call = f"window.drawn = {json.dumps(given)}.map(([t, s]) => drawSpans(t, s).outerHTML);"
    path = tmp_path / "page.html"
    path.write_text(page("", script + call), encoding="utf-8")
    show(browser, path.as_uri(), width=1280)
    drawn = browser.execute_script("return window.drawn")
    # An element without a text, in the browser's words.
    expected = browser.execute_script(
        "return arguments[0].map((html) => { const t = document.createElement('template');"
        " t.innerHTML = html; return t.innerHTML; })",
        [str(draw_spans(*each)) for each in texts],
    )
    assert drawn == expected


def test_labels_above_the_words_meet_none_either(browser, tmp_path):
    given = []
    for seed in range(20):
        text, spans = a_text(seed)
        sides = [
            {"start": s.start, "end": s.end, "label": s.label, "colour": s.colour, "above": i % 2}
            for i, s in enumerate(spans)
        ]
        given.append([text, sides])
    script = (resources.files("sru_ner") / "rendering/drawing.js").read_text(encoding="utf-8")
    call = f"{json.dumps(given)}.forEach(([t, s]) => document.body.append(drawSpans(t, s)));"
    path = tmp_path / "page.html"
    path.write_text(page("", script + call), encoding="utf-8")
    show(browser, path.as_uri(), width=700)
    labels, covered, too_wide = browser.execute_script(COVERED)
    assert (labels, covered, too_wide) == (sum(len(spans) for _, spans in given), [], 0)
