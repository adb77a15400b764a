from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.sequences import EncodedWords
from sru_ner.model.windows import Windows, overlapping_windows


def sentence(counts: Sequence[int]) -> EncodedWords:
    """Words whose sub-words are numbered on."""
    return EncodedWords(list(range(sum(counts))), list(counts))


def parts(windows: Windows) -> list[EncodedWords]:
    return [windows[number] for number in range(len(windows))]


def ranges(windows: Windows) -> list[tuple[int, int]]:
    return list(zip(windows.starts, windows.ends, strict=True))


sentences = st.lists(st.integers(1, 40), min_size=1, max_size=80).map(sentence)


@given(sentences, st.integers(3, 40))
def test_windows_cover_all_words_and_fit_the_limit(words: EncodedWords, limit: int) -> None:
    windows = overlapping_windows(words, limit)
    assert all(part.length <= limit and len(part.counts) for part in parts(windows))
    assert windows.starts == sorted(set(windows.starts))
    assert windows.ends == sorted(set(windows.ends))
    assert windows.starts[0] == 0
    assert windows.ends[-1] == len(words.counts)
    assert all(s <= e for s, e in zip(windows.starts[1:], windows.ends, strict=False))


@given(sentences, st.integers(3, 40))
def test_a_window_holds_its_own_words(words: EncodedWords, limit: int) -> None:
    windows = overlapping_windows(words, limit)
    firsts = [sum(words.counts[:number]) for number in range(len(words.counts))]
    for (start, end), part in zip(ranges(windows), parts(windows), strict=True):
        expected = [
            firsts[word] + number
            for word, count in zip(range(start, end), part.counts, strict=True)
            for number in range(count)
        ]
        assert list(part.ids) == expected
        assert all(
            kept <= count for kept, count in zip(part.counts, words.counts[start:end], strict=True)
        )


@given(st.lists(st.integers(1, 4), min_size=40, max_size=120), st.integers(34, 66), st.data())
def test_a_mention_lies_well_inside_the_window_that_owns_it(
    counts: list[int], limit: int, data: st.DataObject
) -> None:
    windows = overlapping_windows(sentence(counts), limit)
    start = data.draw(st.integers(0, len(counts) - 2))
    end = start + data.draw(st.integers(1, 2))
    owner = windows.owner(start, end)
    first, past = ranges(windows)[owner]
    assert first <= start < end <= past
    margin = ((limit - 2) // 2 - 4 - sum(counts[start:end]) - 4) / 2
    assert first == 0 or sum(counts[first:start]) >= margin
    assert past == len(counts) or sum(counts[end:past]) >= margin


def test_the_middle_decides_and_of_equals_the_first() -> None:
    windows = overlapping_windows(sentence([1] * 20), 14)
    assert ranges(windows) == [(0, 12), (6, 18), (12, 20)]
    owners = [windows.owner(word, word + 1) for word in range(20)]
    assert owners == [0] * 9 + [1] * 6 + [2] * 5
    # Three words before the cut of one, as many after that of the other.
    assert windows.owner(7, 11) == windows.owner(8, 10) == 0
    assert windows.owner(8, 11) == 1


def test_a_mention_that_no_window_holds_has_no_owner() -> None:
    windows = overlapping_windows(sentence([1] * 20), 14)
    assert windows.owner(0, 12) == 0
    with pytest.raises(ValueError, match="no window contains the words 0 to 13"):
        windows.owner(0, 13)


def test_a_word_beyond_a_quarter_of_a_window_is_read_by_its_first_sub_words() -> None:
    windows = overlapping_windows(sentence([2, 50_000, 1, 1]), 34)
    assert ranges(windows) == [(0, 4)]
    assert list(windows[0].counts) == [2, 8, 1, 1]
    assert list(windows[0].ids) == [*range(10), 50_002, 50_003]
