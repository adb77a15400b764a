"""Texts with known sentences, and the comparison of found sentences with them."""

import pytest

from bench.sentence_gold import (
    WIDTH,
    Boundaries,
    GoldText,
    compare,
    joined,
    lower,
    marked_texts,
    wrapped,
)

GOLD = GoldText("Title\nRats sat. Dogs ate.", frozenset({6, 16}))


@pytest.mark.parametrize("half", ["dev", "test"])
def test_marked_texts_have_no_marks_and_begin_with_words(half):
    texts = marked_texts(half)
    assert sum(len(gold.starts) for gold in texts) > 180
    for gold in texts:
        assert "¦" not in gold.text
        assert "\n%%\n" not in gold.text
        assert all(not gold.text[place].isspace() for place in gold.starts)


def test_boundaries_are_counted_without_the_first_sentence_and_white_space():
    assert compare([GOLD], [[0, 5, 15]]) == Boundaries(2, 0, 0)
    found = compare([GOLD, GOLD], [[0], [0, 6, 8, 16, len(GOLD.text)]])
    assert found == Boundaries(right=2, wrong=1, missed=2)
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), 0.5)
    assert found.f1 == pytest.approx(4 / 7)


def test_nothing_found_has_no_f1():
    assert compare([GOLD], [[]]).f1 == compare([GOLD], [[]]).precision == 0


def test_forms_of_a_text_keep_its_offsets():
    assert joined(GOLD).text == "Title Rats sat. Dogs ate."
    assert lower(GOLD).text == "title\nrats sat. dogs ate."
    assert len(lower(GoldText("İ A", frozenset())).text) == 3
    long = GoldText("Title\n" + "rats and mice " * 20, frozenset({6}))
    lines = wrapped(long).text.splitlines()
    assert len(lines) > 3
    assert max(map(len, lines)) <= WIDTH
    assert wrapped(long).text.replace("\n", " ") == joined(long).text
    for form in (joined, lower, wrapped):
        assert form(long).starts == long.starts
