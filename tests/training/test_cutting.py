from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.sequences import EncodedWords
from sru_ner.training.cutting import cut_outside_mentions, slice_words

counts = st.lists(st.integers(1, 6), min_size=1, max_size=30)


@given(counts, st.integers(8, 20))
def test_ranges_cover_all_words_and_fit(counts: list[int], limit: int) -> None:
    found = cut_outside_mentions(counts, limit)
    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == len(counts)
    assert all(sum(counts[start:end]) <= limit - 2 for start, end in found)


@given(counts, st.integers(16, 30), st.sets(st.integers(0, 9), max_size=6))
def test_no_cut_is_inside_a_mention_that_fits(
    counts: list[int], limit: int, triples: set[int]
) -> None:
    # Ranges of two words with a free word between them: 12 sub-words at most, so all fit.
    keep = [(3 * n, 3 * n + 2) for n in triples if 3 * n + 2 <= len(counts)]
    cuts = {end for _, end in cut_outside_mentions(counts, limit, keep)}
    assert cuts.isdisjoint(start + 1 for start, _ in keep)


@given(counts, st.integers(8, 20), st.lists(st.tuples(st.integers(0, 9), st.integers(1, 9))))
def test_ranges_fit_whatever_the_mentions_are(
    counts: list[int], limit: int, ranges: list[tuple[int, int]]
) -> None:
    found = cut_outside_mentions(counts, limit, [(start, start + size) for start, size in ranges])
    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == len(counts)
    assert all(sum(counts[start:end]) <= limit - 2 for start, end in found)


def test_words_before_a_mention_are_cut_again() -> None:
    assert cut_outside_mentions([1, 9, 8], 12, [(1, 3)]) == [(0, 1), (1, 2), (2, 3)]


def test_a_mention_longer_than_the_limit_is_cut() -> None:
    assert cut_outside_mentions([4] * 6, 12, [(0, 6)]) == [(0, 2), (2, 4), (4, 6)]


def test_a_word_longer_than_the_limit_loses_its_tail() -> None:
    words = EncodedWords([1, 2, *range(100, 120), 3], [1, 1, 20, 1])
    assert cut_outside_mentions(words.counts, 12) == [(0, 2), (2, 3), (3, 4)]
    assert slice_words(words, 2, 3, 12) == EncodedWords(list(range(100, 110)), [10])
    assert slice_words(words, 0, 2, 12) == EncodedWords([1, 2], [1, 1])
