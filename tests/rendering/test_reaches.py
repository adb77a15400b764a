from bisect import bisect_left

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.rendering.reaches import Reach, find_reaches


def words(text):
    return sorted({0, len(text)} | {i for i, c in enumerate(text) if i and text[i - 1] == " "})


@pytest.mark.parametrize(
    ("label", "reach"),
    [("M", "mouse "), ("Gene_2", "mouse and "), ("Organ_or_organ", "mouse and rat models ")],
)
def test_a_label_reaches_over_as_many_words_as_it_is_long(label, reach):
    text = "mouse and rat models were made"
    [found] = find_reaches(text, [(0, 5, label)], words(text))
    assert text[: found.end] == reach


def test_a_label_stops_before_the_next_mention_but_not_before_one_inside():
    text = "liver skin heart"
    label = "Organ_or_tissue"
    found = find_reaches(text, [(0, 5, label), (6, 10, label)], sorted([*words(text), 5, 10]))
    assert [(reach.start, reach.end) for reach in found] == [(0, 6), (6, 16)]
    nested = find_reaches(text, [(0, 10, label), (6, 10, "M")], words(text))
    assert nested == [Reach(0, 16, label), Reach(6, 11, "M")]


spans = st.lists(
    st.tuples(st.integers(0, 8), st.integers(1, 9), st.sampled_from(["M", "Organ", "W" * 20])),
    max_size=8,
)


@given(spans)
def test_reaches_nest_and_keep_before_later_mentions(given_spans):
    text = "il w " * 4
    cuts = words(text)
    found = sorted({(cuts[a], cuts[min(b, 8)], label) for a, b, label in given_spans if a < b < 9})
    found.sort(key=lambda span: (span[0], -span[1], span[2]))
    reaches = find_reaches(text, found, cuts)
    assert sorted((r.start, r.label) for r in reaches) == sorted((s[0], s[2]) for s in found)
    for i, one in enumerate(reaches):
        assert one.end in cuts[bisect_left(cuts, one.start) + 1 :]
        for other in reaches[i + 1 :]:
            assert other.start >= one.end or other.end <= one.end
