import copy
import pickle
import re

from sru_ner.inference.mentions import Mentions
from sru_ner.inference.spans import AnnotatedSpan

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
