"""Sentences longer than any plausible one are cut at the best place, never in a word."""

import pytest

from sru_ner.text.long_sentences import LONGEST_SENTENCE, cut_long
from sru_ner.text.sentences import find_cuts
from sru_ner.text.words import split_words


def test_a_sentence_of_the_longest_length_is_not_cut():
    assert cut_long("a " * (LONGEST_SENTENCE // 2), []) == []
    assert cut_long("a " * (LONGEST_SENTENCE // 2) + "b", []) == [LONGEST_SENTENCE]


def test_the_sentences_before_and_after_count_for_themselves():
    half = "a " * (LONGEST_SENTENCE // 2)
    assert cut_long(half + half, [LONGEST_SENTENCE]) == []


@pytest.mark.parametrize(
    "better", [("\n", ";  "), (";  ", ",  "), (",  ", " a "), (" a ", "-a-")], ids=repr
)
def test_the_best_place_of_the_second_half_is_taken(better):
    best, worse = better
    middle = LONGEST_SENTENCE // 2
    text = "a" * (middle + 100) + best + "a" * 300 + worse + "a" * LONGEST_SENTENCE
    (cut, *_) = cut_long(text, [])
    assert cut == middle + 100 + len(best)


def test_a_word_is_never_cut():
    for text in ("a" * 9_000, "a\u0301" * 5_000, "b " + "a" * 9_000 + " c", "x" * 1_999 + "-" * 9):
        words = split_words(text)
        inside = {place for start, end in words for place in range(start + 1, end)}
        assert not inside & set(cut_long(text, []))


def test_signs_without_white_space_are_cut_between_words():
    cuts = cut_long("a-" * 5_000, [])
    assert len(cuts) == 5
    assert max(b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)) <= LONGEST_SENTENCE


def test_forced_cuts_are_told_from_ends():
    text = "Rats sat. " + "dogs\n" * 1_000 + "ate. Cows ran."
    cuts = find_cuts(text)
    assert len(cuts.forced) == 2
    ends = [cut for cut in cuts.places if cut not in cuts.forced]
    assert ends == [text.index("Cows")]
    assert all(text[cut - 1] == "\n" for cut in cuts.forced)
