"""Pairs of overlapping mentions, found by sorting instead of comparing each with each.

All documents are placed on one line, one after the other, so mentions of different documents never
overlap there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.evaluation.groups import Numbers, codes

DOCUMENT_KEYS = ("model", "tested", "split", "document_id")
"""Columns of the decisions table; only mentions that agree in all of them can overlap."""


@dataclass(frozen=True, slots=True)
class Intervals:
    """Starts and ends of intervals on a line; no interval is empty."""

    start: Numbers
    """First place of each interval, (N,)."""
    end: Numbers
    """End of each interval, (N,), exclusive."""

    def __getitem__(self, rows: NDArray | slice) -> "Intervals":
        """Return some of the intervals, by index, mask or range."""
        return Intervals(self.start[rows], self.end[rows])

    def shared(self, other: "Intervals") -> NDArray[np.float64]:
        """Return the Jaccard index, 0 to 1, of each interval with its counterpart in `other`."""
        both = np.minimum(self.end, other.end) - np.maximum(self.start, other.start)
        both = np.maximum(both, 0)
        return both / (self.end - self.start + other.end - other.start - both)


def on_one_line(mentions: pa.Table, keys: Sequence[str] = DOCUMENT_KEYS) -> Intervals:
    """Place mentions, N rows with `keys`, `start` and `end`, on one line.

    Mentions that differ in a key do not overlap there. Without keys, all mentions can overlap.
    """
    start, end = (mentions[name].to_numpy().astype(np.int64) for name in ("start", "end"))
    longest = int(end.max(initial=0))
    origin = codes(mentions, keys) * longest
    return Intervals(origin + start, origin + end)


def overlapping(one: Intervals, other: Intervals) -> tuple[Numbers, Numbers]:
    """Return indices i into `one` and j into `other` of all pairs that overlap, each pair once.

    It takes time proportional to n log n and to the number of pairs.
    """
    # If two overlap, the second starts inside the first, or the first starts inside the second.
    i, j = _inside(one.start, one.end, other.start)
    l, k = _inside(other.start + 1, other.end, one.start)  # noqa: E741
    return np.concatenate([i, k]), np.concatenate([j, l])


def _inside(low: Numbers, high: Numbers, points: Numbers) -> tuple[Numbers, Numbers]:
    """Return pairs: the index of a range [low, high), and that of a point inside it."""
    order = np.argsort(points, kind="stable")
    ordered = points[order]
    first = np.searchsorted(ordered, low)
    counts = np.maximum(np.searchsorted(ordered, high) - first, 0)
    ranges = np.repeat(np.arange(len(low)), counts)
    before = np.cumsum(counts) - counts
    return ranges, order[np.arange(len(ranges)) + np.repeat(first - before, counts)]
