"""Overlapping windows over a sentence that is longer than the model reads at once.

Lengths are in sub-words, positions in words. With a limit of `L` sub-words, a window has room for
`R = L − 2` of them in addition to CLS and SEP. Neighbouring windows share at most `R / 2`. So for
every mention of up to about `R / 4` sub-words there is a window that contains all of it, with at
least about `R / 8` sub-words of context on each side (less only at an end of the sentence).

Each mention belongs to one window, its owner, and predictions of other windows for it are ignored.
So no mention is returned twice, and none is returned because a cut shortened it. Of the windows
that contain the whole mention, the owner is the one whose nearer cut is farthest from it; an end
of the sentence is not a cut. On a tie the first window is the owner. A mention that no window
contains is not found.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

import numpy as np

from sru_ner.model.sequences import EncodedWords


@dataclass(frozen=True, slots=True)
class Windows:
    """Overlapping ranges of words that together cover a sentence."""

    words: EncodedWords
    """Sub-words of the sentence; no word keeps more than fit into a quarter of a window."""
    starts: list[int]
    """First word of each window, ascending."""
    ends: list[int]
    """Word after the last one of each window, ascending."""
    bounds: np.ndarray
    """(words + 1,) int64: number of sub-words before each word, and in total."""

    def __len__(self) -> int:
        return len(self.starts)

    def __getitem__(self, number: int) -> EncodedWords:
        """Return the words of a window as a sequence of their own."""
        first, past = self.starts[number], self.ends[number]
        return EncodedWords(
            self.words.ids[self.bounds[first] : self.bounds[past]], self.words.counts[first:past]
        )

    def owner(self, start: int, end: int) -> int:
        """Return the number of the window that owns the mention over the words `start..end`.

        Raises `ValueError` if no window contains all of it.
        """
        first = bisect_left(self.ends, end)
        past = bisect_right(self.starts, start)
        if first >= past:
            raise ValueError(f"no window contains the words {start} to {end}")
        return max(range(first, past), key=lambda number: self._distance(number, start, end))

    def _distance(self, number: int, start: int, end: int) -> float:
        """Return the number of sub-words between a range of words and the window's nearer cut."""
        first, past = self.starts[number], self.ends[number]
        left = self.bounds[start] - self.bounds[first] if first > 0 else np.inf
        right = self.bounds[past] - self.bounds[end] if number < len(self) - 1 else np.inf
        return float(min(left, right))


def overlapping_windows(words: EncodedWords, limit: int) -> Windows:
    """Cut a sentence into overlapping windows of at most `limit` sub-words, CLS and SEP included.

    A word longer than a quarter of a window keeps only its first sub-words, so that there is room
    for its neighbours.
    """
    room = max(1, limit - 2)
    words = _shorten(words, max(1, room // 4))
    bounds = np.concatenate([[0], np.cumsum(words.counts)])
    count = len(words.counts)
    starts, ends = [0], [_window_end(bounds, 0, room)]
    while ends[-1] < count:
        # The earliest word such that the new window shares at most half a window with the last.
        first_shared = int(np.searchsorted(bounds, bounds[ends[-1]] - room // 2))
        starts.append(max(first_shared, starts[-1] + 1))
        ends.append(_window_end(bounds, starts[-1], room))
    return Windows(words, starts, ends, bounds)


def _window_end(bounds: np.ndarray, start: int, room: int) -> int:
    """Return the word after the last one that fits into a window that begins at `start`."""
    return int(np.searchsorted(bounds, bounds[start] + room, side="right")) - 1


def _shorten(words: EncodedWords, most: int) -> EncodedWords:
    """Keep at most the first `most` sub-words of each word."""
    counts = np.asarray(words.counts, dtype=np.int64)
    within = np.arange(len(words.ids)) - np.repeat(np.cumsum(counts) - counts, counts)
    ids = np.asarray(words.ids, dtype=np.int64)[within < most]
    return EncodedWords(ids, np.minimum(counts, most))
