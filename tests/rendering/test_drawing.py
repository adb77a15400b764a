import re
from html import unescape
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.rendering.drawing import LabelledSpan, draw_spans

TEXT = "the ataxia telangiectasia gene"
TOKEN = re.compile(
    r'<span class="token" style="--below:(\d+);background:([^"]*)">([^<]*)'
    r"((?:<span[^>]*>[^<]*</span>)*)</span>"
)
LABEL = re.compile(r'class="label" style="--paint:[^>]*;--top:([\d.]+);[^>]*>([^<]*)<')


def draw(text, *spans):
    return str(draw_spans(text, [LabelledSpan(*span, "#123456") for span in spans]))


def tokens(drawn):
    """[(words, levels, [top of each line], {label: its top})] of each piece with a span."""
    found = []
    for below, background, words, rest in TOKEN.findall(drawn):
        lines = [float(top) for top in re.findall(r" 0 ([\d.]+)em/100%", background)]
        labels = {unescape(label): float(top) for top, label in LABEL.findall(rest)}
        found.append((unescape(words), int(below), lines, labels))
    return found


def test_an_outer_mention_is_below_the_inner_one_and_has_its_label_at_its_first_word():
    first, *others = tokens(draw(TEXT, (4, 25, "Disease"), (4, 30, "Gene")))
    words, levels, lines, labels = first
    assert (words, levels) == ("ataxia ", 2)
    assert labels["Disease"] < labels["Gene"]
    assert lines == pytest.approx([labels["Gene"] - 0.25, labels["Disease"] - 0.25])
    assert [(words, len(lines), labels) for words, _, lines, labels in others] == [
        ("telangiectasia", 2, {}),
        (" ", 1, {}),
        ("gene", 1, {}),
    ]


def test_text_labels_and_colours_are_escaped():
    span = LabelledSpan(0, 3, "<b>&", '"><script>')
    drawn = str(draw_spans("a<b & c", [span]))
    assert "<b>" not in drawn
    assert "<script>" not in drawn
    ((words, _, _, labels),) = tokens(drawn)
    assert (words, list(labels)) == ("a<b", ["<b>&"])
    assert drawn.endswith(" &amp; c</div>")


def test_a_text_without_mentions_stays_as_it_is_but_for_its_white_space():
    assert draw("one\ntwo\t3") == '<div class="spans">one two 3</div>'
    assert draw("") == '<div class="spans"></div>'


@given(
    text=st.text(alphabet="ab <&\n", min_size=1, max_size=20),
    ends=st.lists(st.tuples(st.integers(0, 19), st.integers(1, 20)), max_size=5),
)
def test_the_words_can_be_read_and_no_line_meets_another(text, ends):
    spans = sorted({(a, b) for a, b in ends if a < b <= len(text)})
    drawn = draw(text, *((a, b, f"type {i}") for i, (a, b) in enumerate(spans)))
    read = unescape(re.sub(r'<span class="label".*?</span>|<[^>]*>', "", drawn))
    assert read == re.sub(r"\s", " ", text)
    for _, levels, lines, _ in tokens(drawn):
        assert all(below - above > 1 for above, below in pairwise(sorted(lines)))
        assert levels > lines[-1] / 1.35 - 1
    assert len(re.findall('class="label"', drawn)) == len(spans)


def test_a_line_can_break_in_a_long_word_but_not_before_an_accent():
    word = "c" * 20 + "a\u0308" + "c" * 20
    assert [words for words, *_ in tokens(draw(word, (0, len(word), "Chemical")))] == [
        word[:20],
        word[20:40],
        word[40:],
    ]
    accent = "c" * 20 + "\u0308" + "c" * 10
    assert [words for words, *_ in tokens(draw(accent, (0, 31, "Chemical")))] == [accent]


def test_arabic_text_runs_to_the_left():
    assert draw("قلب").startswith('<div class="spans" dir="rtl">')
    assert 'style="padding-inline-end:' in draw("قلب BRCA1", (4, 9, "Gene"))


def test_a_label_that_is_too_long_to_be_shown_is_there_when_pointed_at():
    assert f'title="{"x" * 40}"' in draw("ab", (0, 2, "x" * 40))
    assert "title" not in draw("ab", (0, 2, "x" * 36))
