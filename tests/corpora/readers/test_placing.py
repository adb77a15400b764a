import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers.placing import place_mention

TEXT = "a cde\n\u00a0f"


def placed(fragments, quoted=None):
    mention = place_mention(TEXT, fragments, type_="X", line=3, quoted=quoted)
    return (mention.start, mention.end, mention.text), mention.flaw or mention.refusal


@pytest.mark.parametrize(
    ("fragments", "quoted", "expected"),
    [
        ([(0, 5)], None, ((0, 5, "a cde"), None)),
        ([(0, 5)], "other", ((0, 5, "other"), None)),  # looked up later
        ([(7, 9)], "f", ((7, 9, "f"), None)),  # this too
        ([(7, 9)], None, ((7, 9, "f"), "past_the_end")),
        ([(2, 2)], None, ((2, 2, ""), "empty")),
        ([(5, 2)], "cde", ((5, 2, "cde"), "empty")),
        ([(-3, 2)], None, ((-3, 2, ""), "negative_offset")),
        ([(-3, 2)], "a", ((-3, 2, "a"), "negative_offset")),
        ([(0, 1), (2, 5)], "a cde", ((0, 5, "a cde"), "joined_fragments")),
        ([(0, 1), (2, 5)], None, ((0, 5, "a cde"), "joined_fragments")),
        ([(2, 4), (4, 5)], "cd e", ((2, 5, "cd e"), "quotes_another_text")),
        ([(2, 5), (7, 8)], "cde f", ((2, 8, "cde\n\u00a0f"), "joined_fragments")),
        ([(0, 2), (7, 8)], "a f", ((0, 8, "a f"), "discontinuous")),
        ([(2, 5), (0, 1)], "cde a", ((0, 5, "cde a"), "discontinuous")),
        ([(0, 1), (1, 1)], "a", ((0, 1, "a"), "discontinuous")),
        ([(0, 1), (2, 9)], "a cde", ((0, 9, "a cde"), "past_the_end")),
        ([(0, 1), (2, 5)], "b cde", ((0, 5, "b cde"), "quotes_another_text")),
    ],
)
def test_what_offsets_mean(fragments, quoted, expected):
    assert placed(fragments, quoted) == expected


OFFSET = st.integers(-2, 12)


@given(st.lists(st.tuples(OFFSET, OFFSET), min_size=1, max_size=4))
def test_a_mention_that_is_not_refused_quotes_the_text(fragments):
    mention = place_mention(TEXT, fragments, type_="X", line=1)
    if mention.refusal is None:
        assert 0 <= mention.start <= len(TEXT)
        assert mention.text == TEXT[mention.start : mention.end]
        marked = {i for start, end in fragments for i in range(start, end)}
        between = set(range(mention.start, mention.end)) - marked
        assert all(TEXT[i].isspace() for i in between)
