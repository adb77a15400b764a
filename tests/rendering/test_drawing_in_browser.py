"""Drawings in a real browser, which alone knows how wide letters are."""

import json
import random
from importlib import resources

import pytest

from sru_ner.rendering.drawing import LabelledSpan, draw_spans
from tests.chromium import chromium, label_faults, show

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
    "e\u0301ta\u0302t",
    "2,4-diamino-5-(3,4,5-trimethoxybenzyl)pyrimidine",
)
ARABIC = ("قلب", "سرطان الثدي", "في", "الجين", "دواء", "כבד")
LABELS = ("Organ", "Gene_or_gene_product", "M", "WWWWWWW", "iiiii", "annotated: Disease", "Disease")
LONG = "Simple_chemical_or_ion_of_the_blood_serum_of_mice"


@pytest.fixture(scope="module")
def browser():
    with chromium() as driver:
        yield driver


def a_text(seed: int, words: tuple[str, ...] = WORDS) -> tuple[str, list[LabelledSpan]]:
    """Return a text in which short mentions are neighbours, nest and cross."""
    draw = random.Random(seed)
    chosen = [draw.choice(words) for _ in range(14)]
    text, starts = "", []
    for word in chosen:
        starts.append(len(text))
        text += word + draw.choice((" ", ", ", "-", " and " if words is WORDS else " "))
    ends = [start + len(word) for start, word in zip(starts, chosen, strict=True)]
    spans = set()
    for _ in range(draw.randrange(6, 16)):
        first = draw.randrange(14)
        last = min(13, first + draw.choice((0, 0, 0, 1, 2, 5)))
        spans.add((starts[first], ends[last], draw.choice(LABELS)))
    return text, [LabelledSpan(*span, "#0072b2") for span in sorted(spans)]


def mentions(text: str, *marked: tuple[str, str]) -> tuple[str, list[LabelledSpan]]:
    places = [(text.index(words), words, label) for words, label in marked]
    return text, [LabelledSpan(i, i + len(words), label, "#0072b2") for i, words, label in places]


NEIGHBOURS = mentions(
    "It was in (liver), skin, heart, lung.",
    *((organ, "Organ_or_tissue") for organ in ("liver", "skin", "heart", "lung")),
)
NESTED = mentions(
    "human breast cancer 1 gene product levels",
    ("human breast cancer 1 gene product", "Protein"),
    ("breast cancer 1 gene", "Gene"),
    ("breast cancer", "Disease"),
    ("breast", "Organ"),
)
TEXTS = [
    NEIGHBOURS,
    NESTED,
    mentions("Na, K, Ca and Mg", *((ion, LONG) for ion in ("Na", "K", "Ca", "Mg"))),
    mentions("وجدنا سرطان الثدي في القلب والكبد", ("سرطان الثدي", "Disease"), ("الثدي", "Organ")),
    # TP53 is seen between the words around it, but on the other side of BRCA1.
    mentions("وجد BRCA1 TP53 قلب هنا", ("BRCA1", "Disease"), ("قلب", "Organ")),
    *(a_text(seed) for seed in range(20)),
    *(a_text(seed, ARABIC) for seed in range(10)),
    *(a_text(seed, WORDS[:6] + ARABIC) for seed in range(10)),
]


def count_labels(browser) -> int:
    return len(browser.find_elements("css selector", ".label"))


def page(drawings: str, script: str = "", family: str = "sans-serif") -> str:
    css = (resources.files("sru_ner") / "rendering/drawing.css.j2").read_text(encoding="utf-8")
    return (
        '<!doctype html><meta charset="utf-8">'
        f"<style>body {{ font: 16px/1.5 {family} }} {css}</style>"
        f"<body>{drawings}<script>{script}</script>"
    )


def source() -> str:
    folder = resources.files("sru_ner") / "rendering"
    return "".join(
        (folder / name).read_text(encoding="utf-8") for name in ("levels.js", "drawing.js")
    )


def as_json(spans: list[LabelledSpan]) -> list[dict]:
    names = ("start", "end", "label", "colour", "dashed")
    return [{name: getattr(span, name) for name in names} for span in spans]


@pytest.mark.parametrize("width", [375, 768, 1280])
@pytest.mark.parametrize("family", ["sans-serif", "monospace", "serif"])
def test_no_label_covers_another_or_a_word(browser, tmp_path, width, family):
    path = tmp_path / "page.html"
    drawn = "".join(draw_spans(*each) for each in TEXTS)
    path.write_text(page(drawn, family=family), encoding="utf-8")
    show(browser, path.as_uri(), width=width)
    assert label_faults(browser) == []
    assert count_labels(browser) == sum(len(spans) for _, spans in TEXTS)


def test_words_are_where_they_are_without_mentions(browser, tmp_path):
    texts = [NEIGHBOURS, NESTED, mentions("Cafe\u0301 au lait", ("Cafe\u0301", "M"))]
    drawn = "".join(draw_spans(*each) + draw_spans(each[0], []) for each in texts)
    path = tmp_path / "page.html"
    path.write_text(page(drawn), encoding="utf-8")
    show(browser, path.as_uri(), width=1280)
    ends = browser.execute_script("""
      return [...document.querySelectorAll(".spans")].map((drawn) => {
        const range = document.createRange();
        const last = drawn.lastChild.nodeType === 3 ? drawn.lastChild : drawn.lastChild.firstChild;
        range.setStart(last, last.length - 1);
        range.setEnd(last, last.length);
        return range.getBoundingClientRect().right;
      });
    """)
    assert ends[::2] == pytest.approx(ends[1::2], abs=0.5)


def test_the_script_draws_the_same(browser, tmp_path):
    given = [[text, as_json(spans)] for text, spans in TEXTS]
    call = f"window.drawn = {json.dumps(given)}.map(([t, s]) => drawSpans(t, s).outerHTML);"
    path = tmp_path / "page.html"
    path.write_text(page("", source() + call), encoding="utf-8")
    show(browser, path.as_uri(), width=1280)
    drawn = browser.execute_script("return window.drawn")
    # An element without a text, in the browser's words.
    expected = browser.execute_script(
        "return arguments[0].map((html) => { const t = document.createElement('template');"
        " t.innerHTML = html; return t.innerHTML; })",
        [str(draw_spans(*each)) for each in TEXTS],
    )
    assert drawn == expected


def test_labels_above_the_words_meet_none_either(browser, tmp_path):
    given = []
    for text, spans in TEXTS:
        sides = [{**span, "above": i % 2} for i, span in enumerate(as_json(spans))]
        given.append([text, sides])
    call = f"{json.dumps(given)}.forEach(([t, s]) => document.body.append(drawSpans(t, s)));"
    path = tmp_path / "page.html"
    path.write_text(page("", source() + call), encoding="utf-8")
    show(browser, path.as_uri(), width=700)
    assert label_faults(browser) == []
    assert count_labels(browser) == sum(len(spans) for _, spans in given)
