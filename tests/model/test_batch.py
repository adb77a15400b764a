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


@given(counts, st.integers(14, 30), st.data())
def test_no_window_ends_within_what_fits_whole(
    counts: list[int], limit: int, data: st.DataObject
) -> None:
    starts = data.draw(st.lists(st.integers(0, len(counts) - 1), max_size=4))
    keep = [(s, min(len(counts), s + 2)) for s in starts]
    inner = {cut for start, end in windows(counts, limit, keep) for cut in (start, end)}
    assert not [cut for cut in inner for start, end in keep if start < cut < end and _fits(keep, cut)]


def _fits(keep: list[tuple[int, int]], cut: int) -> bool:
    """Whether the ranges chained around a cut are short enough to be kept whole."""
    low, high = cut, cut
    while grown := [(s, e) for s, e in keep if s < high + (low == high) and e > low and (s < low or e > high)]:
        low, high = min(low, *(s for s, _ in grown)), max(high, *(e for _, e in grown))
    return high - low <= 2


def test_a_word_beyond_the_limit_loses_its_tail() -> None:
    words = EncodedWords([1, 2, *range(100, 120), 3], [1, 1, 20, 1])
    assert windows(words.counts, 12) == [(0, 2), (2, 3), (3, 4)]
    assert slice_words(words, 2, 3, 12) == EncodedWords(list(range(100, 110)), [10])
    assert slice_words(words, 0, 2, 12) == EncodedWords([1, 2], [1, 1])


def test_word_vectors_are_maxima_over_their_subwords() -> None:
    hidden = torch.tensor([[[1.0, -5], [2, -1], [-3, -4], [7, 7], [9, 9]]])
    pooled = pool_words(hidden, torch.tensor([[0, 1, 1, 2, 3]]), 3)
    assert pooled.tolist() == [[[1, -5], [2, -1], [7, 7]]]
