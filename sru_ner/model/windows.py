"""Overlapping windows over a sentence that is longer than the model reads at once.

Lengths are in sub-words, places in words. With a limit of `L` sub-words, a window has room for
`B = L − 2` of them beside CLS and SEP, and neighbouring windows share as much as fits into half of
that. So every mention of up to about `B / 4` sub-words lies whole in a window that shows at least
about `B / 8` on either side of it, or the sentence's own end.

A mention belongs to one of the windows that hold it whole: to the one in whose middle it lies. That
is the window where the nearer of the two cuts is farthest away; an end of the sentence is no cut,
and of equals the first window is taken. What any other window says about the mention is not heard,
so none is given twice, and none for having been cut. A mention that no window holds is not found.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from sru_ner.model.sequences import EncodedWords


@dataclass(frozen=True, slots=True)
class Windows:
    """Ranges of words that together cover a sentence, each overlapping with the next one."""

    words: EncodedWords
    """The sentence; no word of it is longer than a quarter of a window."""
    starts: list[int]
    """First word of each window, ascending."""
    ends: list[int]
    """Word after the last one of each window, ascending."""
    bounds: np.ndarray
    """(words + 1,) int64: sub-words before each word, and of all."""

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> EncodedWords:
        """The words of a window as a sequence of their own."""
        first, past = self.starts[number], self.ends[number]
        return EncodedWords(
            self.words.ids[self.bounds[first] : self.bounds[past]], self.words.counts[first:past]
        )

    def owner(self, start: int, end: int) -> int:
        """Number of the window that the mention over the words `start..end` belongs to."""
        first = bisect_left(self.ends, end)
        past = bisect_right(self.starts, start)
        if first >= past:
            raise ValueError(f"no window holds the words {start} to {end}")
        return max(range(first, past), key=lambda number: self._distance(number, start, end))

    def _distance(self, number: int, start: int, end: int) -> float:
        """Sub-words between a range of words and the nearer cut of a window around it."""
        first, past = self.starts[number], self.ends[number]
        left = self.bounds[start] - self.bounds[first] if first > 0 else np.inf
        right = self.bounds[past] - self.bounds[end] if number < len(self) - 1 else np.inf
        return float(min(left, right))


def overlapping_windows(words: EncodedWords, limit: int) -> Windows:
    """Cut a sentence into overlapping windows of at most `limit` sub-words, CLS and SEP included.

    A word of more sub-words than a quarter of a window is read by its first ones: it stands for
    itself in one place, and leaves room for its neighbours.
    """
    room = max(1, limit - 2)
    words = _shorten(words, max(1, room // 4))
    bounds = np.concatenate([[0], np.cumsum(words.counts)])
    count = len(words.counts)
    starts, ends = [0], [_fits(bounds, 0, room)]
    while ends[-1] < count:
        # The earliest word from which no more than half a window is left of the one before.
        shared = int(np.searchsorted(bounds, bounds[ends[-1]] - room // 2))
        starts.append(max(shared, starts[-1] + 1))
        ends.append(_fits(bounds, starts[-1], room))
    return Windows(words, starts, ends, bounds)


def _fits(bounds: np.ndarray, start: int, room: int) -> int:
    """The word after the last one that still fits a window from `start` on."""
    return int(np.searchsorted(bounds, bounds[start] + room, side="right")) - 1


def _shorten(words: EncodedWords, most: int) -> EncodedWords:
    """Words of at most `most` sub-words, the first ones of each."""
    counts = np.asarray(words.counts, dtype=np.int64)
    within = np.arange(len(words.ids)) - np.repeat(np.cumsum(counts) - counts, counts)
    ids = np.asarray(words.ids, dtype=np.int64)[within < most]
    return EncodedWords(ids, np.minimum(counts, most))
