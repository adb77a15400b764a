"""Which mentions overlap: all pairs, by sorting instead of comparing each with each.

The documents are laid out one after another on one line, so that mentions of different documents
never meet there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.evaluation.groups import Numbers, codes

DOCUMENT_KEYS = ("model", "tested", "split", "document_id")
"""Columns of the decisions table that say which mentions can overlap at all."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Places on a line; none is empty."""

    start: Numbers
    """(N,)"""
    end: Numbers
    """(N,), exclusive."""

    def __getitem__(self, rows: NDArray | slice) -> "Intervals":
        """Some of them, by index, mask or range."""
        return Intervals(self.start[rows], self.end[rows])

    def shared(self, other: "Intervals") -> NDArray[np.float64]:
        """Jaccard of each interval with the one at the same index of `other`, 0 to 1."""
        both = np.minimum(self.end, other.end) - np.maximum(self.start, other.start)
        both = np.maximum(both, 0)
        return both / (self.end - self.start + other.end - other.start - both)


def on_one_line(mentions: pa.Table, keys: Sequence[str] = DOCUMENT_KEYS) -> Intervals:
    """Places of mentions, N rows with `keys`, `start` and `end`, on a line for all.

    Mentions that differ in a key do not meet there.
    """
    start, end = (mentions[name].to_numpy().astype(np.int64) for name in ("start", "end"))
    longest = int(end.max(initial=0))
    origin = codes(mentions, keys) * longest
    return Intervals(origin + start, origin + end)


def overlapping(one: Intervals, other: Intervals) -> tuple[Numbers, Numbers]:
    """Indices i into `one` and j into `other` of all pairs that overlap, each pair once.

    Takes time in n log n and in the number of pairs.
    """
    # Of two that overlap, the second starts inside the first, or else the first inside the second.
    i, j = _inside(one.start, one.end, other.start)
    l, k = _inside(other.start + 1, other.end, one.start)  # noqa: E741
    return np.concatenate([i, k]), np.concatenate([j, l])


def _inside(low: Numbers, high: Numbers, points: Numbers) -> tuple[Numbers, Numbers]:
    """Indices of ranges [low, high) and of the points inside them, as pairs."""
    order = np.argsort(points, kind="stable")
    ordered = points[order]
    first = np.searchsorted(ordered, low)
    counts = np.maximum(np.searchsorted(ordered, high) - first, 0)
    ranges = np.repeat(np.arange(len(low)), counts)
    before = np.cumsum(counts) - counts
    return ranges, order[np.arange(len(ranges)) + np.repeat(first - before, counts)]
