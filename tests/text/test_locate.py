import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sru_ner.text.invisible import is_blank, trim
from sru_ner.text.locate import NEIGHBOURHOOD, locate

TEXT = "Zinc binds PAX6gene and\u00a0 zinc  ions; Kru\u0308ppel, AN or AN."


def found(start, quoted, text=TEXT):
    located = locate(text, start, start + len(quoted), quoted)
    return located.span and text[slice(*located.span)], located.flaw


@pytest.mark.parametrize(
    ("start", "quoted", "expected"),
    [
        (0, "Zinc", ("Zinc", None)),
        (13, "PAX6", ("PAX6", "quotes_another_text")),  # drifted
        (27, "zinc ions", ("zinc  ions", "quotes_another_text")),  # white space in another form
        (38, "Krüppel", ("Kru\u0308ppel", "quotes_another_text")),  # composed
        (20, "and zinc", ("and\u00a0 zinc", "quotes_another_text")),
        (10, " PAX6", ("PAX6", "outer_white_space")),
        (52, "AN.", ("AN.", "quotes_another_text")),
        (3, "kinase", (None, "quotes_another_text")),
        (5, "", (None, "empty")),
        (4, " ", (None, "empty")),
    ],
)
def test_what_is_meant(start, quoted, expected):
    assert found(start, quoted) == expected


HIDDEN = "\u200bInter\u00adleukin\u200b and zinc\u200d ions"


@pytest.mark.parametrize(
    ("start", "quoted", "expected"),
    [
        (1, "Inter\u00adleukin", ("Inter\u00adleukin", None)),
        (0, "\u200bInter\u00adleukin", ("Inter\u00adleukin", "outer_invisible_characters")),
        (1, "Inter\u00adleukin\u200b ", ("Inter\u00adleukin", "outer_invisible_characters")),
        (0, "Interleukin", ("Inter\u00adleukin", "quotes_another_text")),
        (19, "zinc", ("zinc", None)),
        (18, "zinc", ("zinc", "quotes_another_text")),
        (17, "zinc ions", ("zinc\u200d ions", "quotes_another_text")),
        (0, "\u200b", (None, "empty")),
    ],
)
def test_what_cannot_be_seen_makes_no_difference(start, quoted, expected):
    assert found(start, quoted, HIDDEN) == expected


def test_past_the_end_is_looked_up_too():
    assert found(len(TEXT) - 1, "AN") == ("AN", "past_the_end")
    assert found(len(TEXT) + 500, "AN") == (None, "past_the_end")


def test_one_of_two_matches_about_as_near_is_not_guessed():
    assert locate("AN or AN", 3, 5, "AN").span is None  # 3 from both
    assert locate("AN, or AN", 3, 5, "AN").span is None  # 3 and 4
    assert locate("AN, or not AN", 1, 3, "AN").span == (0, 2)  # 1 and 10


def test_matches_out_of_reach_do_not_count():
    text = "x" * (NEIGHBOURHOOD + 1) + "AN"
    assert locate(text, 0, 2, "AN").span is None
    assert locate(text, 1, 3, "AN").span == (NEIGHBOURHOOD + 1, NEIGHBOURHOOD + 3)


def test_offsets_that_are_no_range():
    assert locate("text", 3, 3, "t").flaw == "empty"
    assert locate("text", 3, 1, "ex").flaw == "empty"


@given(st.text(max_size=40), st.data())
def test_a_true_quotation_stays_where_it_is_but_for_blanks(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    quoted = text[start:end]
    located = locate(text, start, end, quoted)
    if not is_blank(quoted):
        assert located.span == trim(text, start, end)
        assert (located.flaw is None) == (located.span == (start, end))
    else:
        assert located.flaw == "empty"


@example("0", 0, 2, "0")
@given(st.text(max_size=40), st.integers(0, 50), st.integers(0, 50), st.text(max_size=8))
def test_any_line_gives_a_range_of_the_text_or_none(text, start, end, quoted):
    located = locate(text, start, end, quoted)
    if located.span:
        a, b = located.span
        assert 0 <= a < b <= len(text)
        assert not is_blank(text[a])
        assert not is_blank(text[b - 1])
    else:
        assert located.flaw
