import torch
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.batch import EncodedWords, slice_words, windows
from sru_ner.model.encoder import pool_words

counts = st.lists(st.integers(1, 6), min_size=1, max_size=30)


@given(counts, st.integers(8, 20))
def test_windows_cover_all_words_and_fit(counts: list[int], limit: int) -> None:
    found = windows(counts, limit)
    assert [start for start, _ in found] == [0, *(end for _, end in found[:-1])]
    assert found[-1][1] == len(counts)
    assert all(sum(counts[start:end]) <= limit - 2 for start, end in found)


@given(counts, st.integers(16, 30), st.sets(st.integers(0, 9), max_size=6))
def test_no_cut_falls_into_a_range_that_fits(
    counts: list[int], limit: int, triples: set[int]
) -> None:
    # Ranges of two words with a free word between them: 12 sub-words at most, so all fit.
    keep = [(3 * n, 3 * n + 2) for n in triples if 3 * n + 2 <= len(counts)]
    cuts = {end for _, end in windows(counts, limit, keep)}
    assert cuts.isdisjoint(start + 1 for start, _ in keep)


def test_a_range_too_long_for_any_window_is_cut() -> None:
    assert windows([4] * 6, 12, [(0, 6)]) == [(0, 2), (2, 4), (4, 6)]


def test_a_word_beyond_the_limit_loses_its_tail() -> None:
    words = EncodedWords([1, 2, *range(100, 120), 3], [1, 1, 20, 1])
    assert windows(words.counts, 12) == [(0, 2), (2, 3), (3, 4)]
    assert slice_words(words, 2, 3, 12) == EncodedWords(list(range(100, 110)), [10])
    assert slice_words(words, 0, 2, 12) == EncodedWords([1, 2], [1, 1])


def test_word_vectors_are_maxima_over_their_subwords() -> None:
    hidden = torch.tensor([[[1.0, -5], [2, -1], [-3, -4], [7, 7], [9, 9]]])
    pooled = pool_words(hidden, torch.tensor([[0, 1, 1, 2, 3]]), 3)
    assert pooled.tolist() == [[[1, -5], [2, -1], [7, 7]]]
