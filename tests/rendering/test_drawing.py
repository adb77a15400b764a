import re
from html import unescape
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sru_ner.rendering.drawing import LabelledSpan, draw_spans

TEXT = "the ataxia telangiectasia gene"
TOKEN = re.compile(
    r'<span class="token" style="height:(\d+)px">([^<]*)((?:<span[^>]*>[^<]*</span>)*)</span>'
)
PART = re.compile(r'class="(slice|label)" style="--paint:[^>]*;top:(\d+)px">([^<]*)<')


def draw(text, *spans):
    return str(draw_spans(text, [LabelledSpan(*span, "#123456") for span in spans]))


def tokens(drawn):
    """[(words, height, [top of each line], {label: its top})] of each piece with a span."""
    found = []
    for height, words, rest in TOKEN.findall(drawn):
        drawn_parts = [(kind, int(top), unescape(label)) for kind, top, label in PART.findall(rest)]
        lines = [top for kind, top, _ in drawn_parts if kind == "slice"]
        labels = {label: top for kind, top, label in drawn_parts if kind == "label"}
        found.append((unescape(words), int(height), lines, labels))
    return found


def test_an_inner_mention_is_below_the_outer_one_and_has_its_label_at_its_first_word():
    first, *others = tokens(draw(TEXT, (4, 25, "Disease"), (4, 30, "Gene")))
    words, height, lines, labels = first
    assert words == "ataxia "
    assert lines == [labels["Gene"], labels["Disease"]]
    assert labels["Gene"] < labels["Disease"] < height
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
    assert " &amp; c</span><span" in drawn, "the words that the label is as long as"


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
    read = unescape(re.sub(r'<span class="(slice|label)".*?</span>|<[^>]*>', "", drawn))
    assert read == re.sub(r"\s", " ", text)
    for _, height, lines, _ in tokens(drawn):
        assert all(below - above >= 20 for above, below in pairwise(lines))
        assert height > lines[-1]
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
