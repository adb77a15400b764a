import copy
import pickle
import re
from pathlib import Path

from sru_ner.inference.mentions import Mentions
from sru_ner.inference.spans import AnnotatedSpan
from tests.chromium import chromium, label_faults, show

TEXT = "a <b> & unknown headache"
SPANS = [
    AnnotatedSpan(8, 24, "unknown headache", "Disease", 0.9, ("Disease",)),
    AnnotatedSpan(16, 24, "headache", "Sign", 0.8, ("Sign",)),
]


def test_mentions_are_a_list() -> None:
    mentions = Mentions(TEXT, SPANS)
    assert mentions == SPANS
    assert mentions[0] == SPANS[0]
    assert repr(mentions) == repr(SPANS)
    for other in (copy.copy(mentions), pickle.loads(pickle.dumps(mentions))):
        assert (other, other.text) == (SPANS, TEXT)


def test_a_notebook_shows_the_marked_text() -> None:
    html = Mentions(TEXT, SPANS)._repr_html_()
    assert "&lt;b&gt; &amp;" in html
    assert html.count(">Disease<") == html.count(">Sign<") == 1
    # What the drawing needs is with it, and no rule leaves it for the rest of the notebook.
    style = re.search(r"<style>\s*\.sru-ner-mentions \{(.*)\}\s*</style>", html, re.DOTALL)
    assert style is not None
    assert style[1].count("{") == style[1].count("}")
    assert 'class="sru-ner-mentions"' in html


def test_a_text_without_mentions_is_shown_too() -> None:
    assert "nothing" in Mentions("nothing")._repr_html_()


def test_labels_in_a_notebook_cover_nothing(tmp_path: Path) -> None:
    text = "It was found in liver, skin and heart of mice. " * 3
    organs = [match.span() for match in re.finditer("liver|skin|heart", text)]
    spans = [
        AnnotatedSpan(start, end, text[start:end], "Organ_or_tissue", 0.9, ("Organ_or_tissue",))
        for start, end in organs
    ]
    path = tmp_path / "notebook.html"
    shown = Mentions(text, spans)._repr_html_()
    path.write_text(f"<!doctype html><body style='font: 13px sans-serif'>{shown}")
    with chromium() as browser:
        for width in (375, 1280):
            show(browser, path.as_uri(), width=width)
            assert len(browser.find_elements("css selector", ".label")) == 9
            assert label_faults(browser) == []
            below = browser.execute_script(
                "const box = (name) => document.querySelector(name).getBoundingClientRect();"
                "return box('.label').top - box('.token').top"
            )
            assert below > 13, "the style applies: a label is below its word"
