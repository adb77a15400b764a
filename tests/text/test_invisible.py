import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.text.invisible import (
    has_invisible,
    is_blank,
    trim,
    visible_places,
    without_invisible,
)

TEXT = st.text("a\u03b1 \n-\u0301\xad\u200b\u200d\u2060\ufe0f\ufeff\U000e0101\U0001f600")


def test_the_characters_are_those_that_unicode_calls_ignorable():
    property_ = regex.compile(r"\p{Default_Ignorable_Code_Point}")
    for code in range(0x110000):
        character = chr(code)
        assert has_invisible(character) == (property_.match(character) is not None), hex(code)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("inter\u00adleukin", "interleukin"),
        ("\ufeffzinc\u200b \u200bions\u200d", "zinc ions"),
        ("\u2764\ufe0f", "\u2764"),
        ("Kru\u0308ppel \u00a0", "Kru\u0308ppel \u00a0"),
        ("\u200b\u200c\u2060", ""),
    ],
)
def test_what_can_be_seen(text, seen):
    assert without_invisible(text) == seen


@given(TEXT)
def test_places_lead_back_to_the_text(text):
    seen = without_invisible(text)
    assert "".join(text[place] for place in visible_places(text)) == seen
    assert not has_invisible(seen)
    assert has_invisible(text) == (seen != text)


@given(TEXT, st.data())
def test_a_trimmed_range_is_as_long_as_it_can_be(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    left, right = trim(text, start, end)
    assert start <= left <= right <= end
    assert is_blank(text[start:left])
    assert is_blank(text[right:end])
    if left < right:
        assert not is_blank(text[left])
        assert not is_blank(text[right - 1])
    else:
        assert is_blank(text[start:end])
