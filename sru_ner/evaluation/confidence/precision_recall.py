"""Curves of precision against recall, over the lowest score that counts.

The decoder gives no mention with a score of 0.5 or less: the actions that open and close it must
both be more likely than not. So a curve covers recall from 0 up to what the model reaches with all
predictions; beyond that, nothing is known. Average precision is over the covered range, as in
`sklearn.metrics.average_precision_score` but without its last step to full recall. It is at most
`recall`, so compare the figures of two models together with their `recall`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.evaluation.confidence.rankings import PLACE, Ranking

POINTS_SCHEMA = pa.schema(
    [
        *PLACE,
        ("threshold", pa.float64()),  # predictions with at least that score count
        ("precision", pa.float64()),
        ("recall", pa.float64()),
    ]
)

SUMMARY_SCHEMA = pa.schema(
    [
        *PLACE,
        ("average_precision", pa.float64()),  # over the covered range of recall
        ("recall", pa.float64()),  # that the curve covers: of all predictions
        ("predictions", pa.int64()),
        ("gold", pa.int64()),  # mentions, those that were not predicted included
    ]
)

MAX_POINTS = 200
_AREA = 5e-4
"""Largest area between a curve and its thinned version, unless that has `MAX_POINTS`."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Precision and recall at P distinct scores, from the highest on; each array is (P,)."""

    thresholds: NDArray[np.float64]
    precision: NDArray[np.float64]
    recall: NDArray[np.float64]

    @property
    def average_precision(self) -> float:
        """Average precision: the sum of the recall steps, each times the precision at its end."""
        return float(np.diff(self.recall, prepend=0.0) @ self.precision)

    def thinned(self, most: int = MAX_POINTS) -> "Curve":
        """Return a curve of at most `most` of the points, the first and the last among them.

        Points are added where the line through the points so far is furthest from the curve, until
        the area between the two is below 0.0005, or there are `most` points.
        """
        kept = _simplify(self.recall, self.precision, most)
        return Curve(self.thresholds[kept], self.precision[kept], self.recall[kept])


def curve_points(ranked: Iterable[Ranking]) -> pa.Table:
    """Compute the thinned curves of the cells of `rankings`.

    Returns a table of `POINTS_SCHEMA`, sorted by cell and descending threshold. Cells without a
    gold mention have no curve.
    """
    rows: list[dict[str, Any]] = []
    for ranking, curve in _curves(ranked):
        thin = curve.thinned()
        points = zip(
            thin.thresholds.tolist(), thin.precision.tolist(), thin.recall.tolist(), strict=True
        )
        rows += (
            {**ranking.place, "threshold": threshold, "precision": precision, "recall": recall}
            for threshold, precision, recall in points
        )
    return pa.Table.from_pylist(rows, schema=POINTS_SCHEMA)


def average_precisions(ranked: Iterable[Ranking]) -> pa.Table:
    """Compute the average precision of each cell, a table of `SUMMARY_SCHEMA`."""
    rows = [
        {
            **ranking.place,
            "average_precision": curve.average_precision,
            "recall": float(curve.recall[-1]),
            "predictions": len(ranking.scores),
            "gold": ranking.gold,
        }
        for ranking, curve in _curves(ranked)
    ]
    return pa.Table.from_pylist(rows, schema=SUMMARY_SCHEMA)


def precision_recall(ranking: Ranking) -> Curve:
    """Compute the whole curve of a ranking that has a prediction and a gold mention."""
    last_of_score = np.flatnonzero(np.diff(ranking.scores, append=-np.inf))
    right = np.cumsum(ranking.right)[last_of_score]
    return Curve(ranking.scores[last_of_score], right / (last_of_score + 1), right / ranking.gold)


def _curves(ranked: Iterable[Ranking]) -> Iterator[tuple[Ranking, Curve]]:
    for ranking in ranked:
        if ranking.gold:
            yield ranking, precision_recall(ranking)


def _simplify(x: NDArray[np.float64], y: NDArray[np.float64], most: int) -> NDArray[np.intp]:
    """Return the indices of the points to keep; `x` never falls."""
    kept = {0, len(x) - 1}
    # The weight of a point is half the distance to each of its neighbours.
    weights = np.convolve(np.diff(x, prepend=x[0], append=x[-1]), [0.5, 0.5], mode="valid")
    segments: list[tuple[float, int, int, int]] = []

    def look(first: int, last: int) -> float:
        inner = slice(first + 1, last)
        line = np.interp(x[inner], x[[first, last]], y[[first, last]])
        apart = np.abs(y[inner] - line)
        area = float(apart @ weights[inner])
        if area > 0:
            heappush(segments, (-area, first, last, first + 1 + int(np.argmax(apart))))
        return area

    left = look(0, len(x) - 1)
    while segments and left > _AREA and len(kept) < most:
        area, first, last, split = heappop(segments)
        kept.add(split)
        left += area + look(first, split) + look(split, last)
    return np.array(sorted(kept), dtype=np.intp)
