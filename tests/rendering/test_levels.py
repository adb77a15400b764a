import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.rendering.levels import (
    find_levels,
    find_rooms,
    is_mixed,
    is_right_to_left,
    label_width,
    letter_widths,
)


def levels(text, *marked):
    spans = [(text.index(words), text.index(words) + len(words), label) for words, label in marked]
    return find_levels(text, sorted(spans, key=lambda span: (span[0], -span[1], span[2])))


def test_mentions_with_room_are_next_to_the_words():
    assert levels("hepatocytes and keratinocytes", ("hep", "A"), ("ker", "B")) == [0, 0]


def test_short_neighbours_are_on_different_levels():
    marked = [(organ, "Organ_or_tissue") for organ in ("liver", "skin", "heart")]
    assert levels("liver, skin, heart", *marked) == [2, 1, 0]


def test_a_long_row_of_short_mentions_is_not_deeper_than_needed():
    text = "skin, ear, eye, lung, hip, gut, toe, lip, arm, leg"
    found = levels(text, *((organ, "Organ_or_tissue") for organ in text.split(", ")))
    assert max(found) < 6
    assert found[-3:] == [2, 1, 0]


def test_an_outer_mention_is_below_the_inner_ones():
    text = "human breast cancer gene"
    marked = [(text, "Protein"), ("breast cancer gene", "Gene"), ("breast cancer", "Disease")]
    assert levels(text, *marked) == [2, 1, 0]


@given(
    st.lists(st.tuples(st.integers(0, 19), st.integers(1, 20), st.sampled_from("AB")), max_size=8)
)
def test_no_two_mentions_of_the_same_letter_are_on_one_level(places):
    spans = sorted({place for place in places if place[0] < place[1]}, key=lambda s: (s[0], -s[1]))
    placed = list(zip(spans, find_levels("m" * 20, spans), strict=True))
    for i, ((start, end, _), level) in enumerate(placed):
        for (other_start, other_end, _), other in placed[i + 1 :]:
            if start < other_end and other_start < end:
                assert level > other


def test_a_long_label_is_cut_off_and_wide_letters_count_twice():
    assert label_width("x" * 36) == label_width("x" * 99)
    assert label_width("臓器") == label_width("abcd")


@pytest.mark.parametrize(
    ("text", "right_to_left", "mixed"),
    [
        ("1 (liver)", False, False),
        ("1 قلب", True, False),
        ("قلب BRCA1", True, True),
        ("12", False, False),
    ],
)
def test_the_direction_is_that_of_the_first_letter(text, right_to_left, mixed):
    assert (is_right_to_left(text), is_mixed(text)) == (right_to_left, mixed)


def test_letters_of_the_other_direction_have_no_width():
    widths = letter_widths("ab כבד 12")
    assert all(widths[:2])
    assert not any(widths[2:])
    assert letter_widths("e\u0301")[1] == 0.0


def test_room_is_asked_for_where_the_word_begins():
    assert list(find_rooms("in (liver)", [(4, "Organ")])) == [3]
    far = "2,4-diamino-5-(3,4,5-trimethoxybenzyl)"
    assert list(find_rooms(far, [(20, "Group")])) == [20]
