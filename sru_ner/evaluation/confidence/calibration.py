"""Whether scores can be taken for probabilities: of predictions that score 0.8, are 80 % right?

A reliability diagram shows, for predictions of about one score, how many of them are right; the
expected calibration error (Naeini et al. 2015) is the mean distance of the two, weighted by
predictions:

    ECE = Σ_b n_b / N · |precision_b − mean score_b|

Bins are 0.05 wide; the decoder scores every mention above 0.5, so ten of them can hold something.
Mentions that were not predicted have no score and are not in it: it speaks of precision only.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.evaluation.confidence.rankings import PLACE, Ranking

BINS_SCHEMA = pa.schema(
    [
        *PLACE,
        ("low", pa.float64()),  # scores of the bin: low ≤ score < high; 1 is in the last one
        ("high", pa.float64()),
        ("predictions", pa.int64()),  # at least one
        ("score", pa.float64()),  # their mean
        ("precision", pa.float64()),  # the share of them that is right
    ]
)

SUMMARY_SCHEMA = pa.schema(
    [
        *PLACE,
        ("ece", pa.float64()),
        ("predictions", pa.int64()),
        ("score", pa.float64()),  # their mean; above `precision`: too confident on the whole
        ("precision", pa.float64()),
    ]
)

BINS = 20
"""Bins of equal width from 0 to 1."""


def reliability(ranked: Iterable[Ranking]) -> pa.Table:
    """The bins that hold a prediction, of the cells of `rankings`.

    Returns a table of `BINS_SCHEMA`, sorted by cell and bin.
    """
    rows: list[dict[str, Any]] = []
    for ranking in ranked:
        predictions, score, right = _bins(ranking.scores, ranking.right)
        rows += (
            {
                **ranking.place,
                "low": number / BINS,
                "high": (number + 1) / BINS,
                "predictions": int(predictions[number]),
                "score": float(score[number] / predictions[number]),
                "precision": float(right[number] / predictions[number]),
            }
            for number in np.flatnonzero(predictions).tolist()
        )
    return pa.Table.from_pylist(rows, schema=BINS_SCHEMA)


def calibration_errors(ranked: Iterable[Ranking]) -> pa.Table:
    """Expected calibration error of each cell, a table of `SUMMARY_SCHEMA`; cells likewise."""
    rows = [
        {
            **ranking.place,
            "ece": expected_calibration_error(ranking.scores, ranking.right),
            "predictions": len(ranking.scores),
            "score": float(ranking.scores.mean()),
            "precision": float(ranking.right.mean()),
        }
        for ranking in ranked
    ]
    return pa.Table.from_pylist(rows, schema=SUMMARY_SCHEMA)


def expected_calibration_error(scores: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Of predictions (N) with scores from 0 to 1, N at least 1."""
    _, score, rights = _bins(scores, right)
    return float(np.abs(rights - score).sum() / len(scores))


def _bins(
    scores: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Per bin: predictions, the sum of their scores, and how many are right; each (BINS,)."""
    number = np.clip((scores * BINS).astype(np.int64), 0, BINS - 1)
    return (
        np.bincount(number, minlength=BINS).astype(np.int64),
        np.bincount(number, weights=scores, minlength=BINS).astype(np.float64),
        np.bincount(number, weights=right, minlength=BINS).astype(np.float64),
    )
