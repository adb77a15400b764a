"""Calibration: whether scores are probabilities. Are 80 % of predictions with a score of 0.8 right?

A reliability diagram shows the share of right predictions for predictions of about the same score.
The expected calibration error (Naeini et al. 2015) is the mean distance between share and score,
weighted by predictions:

    ECE = Σ_b n_b / N · |precision_b − mean score_b|

Bins are 0.05 wide. The decoder scores every mention above 0.5, so ten bins can hold predictions.
Mentions that were not predicted have no score, so calibration is about precision only.
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
    """Put the predictions of the cells of `rankings` into bins by score.

    Returns a table of `BINS_SCHEMA`, sorted by cell and bin, without empty bins.
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
    """Compute the expected calibration error of each cell of `rankings`.

    Returns a table of `SUMMARY_SCHEMA`, sorted by cell.
    """
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
    """Compute the expected calibration error of N ≥ 1 predictions.

    scores: (N), from 0 to 1. right: (N), whether each prediction is right.
    """
    _, score, rights = _bins(scores, right)
    return float(np.abs(rights - score).sum() / len(scores))


def _bins(
    scores: NDArray[np.float64], right: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return by bin the predictions, the sum of their scores, and the right ones; each (BINS,)."""
    number = np.clip((scores * BINS).astype(np.int64), 0, BINS - 1)
    return (
        np.bincount(number, minlength=BINS).astype(np.int64),
        np.bincount(number, weights=scores, minlength=BINS).astype(np.float64),
        np.bincount(number, weights=right, minlength=BINS).astype(np.float64),
    )
