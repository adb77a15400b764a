import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sru_ner.text.sentences import drop_cuts, find_cuts, split_at, split_sentences


def pieces(text, keep_whole=()):
    return [text[a:b] for a, b in split_sentences(text, keep_whole)]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("", []),
        (" \n ", []),
        ("  No end", ["No end"]),
        ("One is here. Two is there.\n", ["One is here.", "Two is there."]),
        ("It grew (Fig. 2). Next.", ["It grew (Fig. 2).", "Next."]),
        ("A first paragraph\n\nA second", ["A first paragraph", "A second"]),
        ("𝛼 is it. Then β̈ is. End.", ["𝛼 is it.", "Then β̈ is.", "End."]),
    ],
)
def test_sentences(text, sentences):
    assert pieces(text) == sentences


def test_mention_is_not_cut():
    text = "We saw H. pylori. Then we left."
    start = text.index("H.")
    assert len(pieces("We saw it. Then we left.")) == 2
    assert pieces(text, [(start, start + 9)]) == ["We saw H. pylori.", "Then we left."]
    everything = [(0, len(text))]
    assert pieces(text, everything) == [text]


def test_cuts_at_the_edge_of_a_range_stay():
    assert drop_cuts([3, 5, 9, 12], [(3, 9)]) == [3, 9, 12]
    assert drop_cuts([3, 5, 9, 12], [(4, 10), (0, 4)]) == [12]


RANGES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)
TEXT = st.text(max_size=60) | st.text("aB. ?!\n(\"'\u2028\u3000", max_size=60)


@given(TEXT, RANGES)
@example("A b. C d.\ud800 E.", [(2, 6)])
@example("\r\nA.\x00 B.\x85 C", [])
def test_laws_on_any_text(text, ranges):
    keep_whole = [(min(r), min(max(r), len(text))) for r in ranges]
    sentences = split_sentences(text, keep_whole)
    places = [i for start, end in sentences for i in range(start, end)]
    assert places == sorted(set(places))
    assert {i for i, c in enumerate(text) if not c.isspace()} <= set(places)
    assert all(text[a:b] == text[a:b].strip() != "" for a, b in sentences)
    for start, end in keep_whole:
        marked = {i for i in range(start, end) if not text[i].isspace()}
        touched = [s for s in sentences if marked & set(range(*s))]
        assert len(touched) <= 1, "a kept range is cut"


@given(TEXT)
@example("M\u3000.")  # the library alone panics here
@example("B\n\u2028.")
def test_cuts_are_inside_the_text_and_ascend(text):
    cuts = find_cuts(text)
    assert cuts == sorted(set(cuts))
    assert all(0 < cut < len(text) for cut in cuts)
    assert split_at(text, cuts) == split_sentences(text)
