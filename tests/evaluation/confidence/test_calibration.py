import numpy as np
import pyarrow.compute as pc
import pytest

from sru_ner.evaluation.confidence.calibration import (
    BINS_SCHEMA,
    SUMMARY_SCHEMA,
    calibration_errors,
    expected_calibration_error,
    reliability,
)
from sru_ner.evaluation.confidence.rankings import rankings

ROWS = [
    {"predicted": True, "score": 0.8125},
    {"predicted": True, "score": 0.84375, "gold": False},
    {"predicted": True, "score": 1.0, "type": "Gene"},
    {"start": 9, "end": 10},
]


def test_bins_by_hand(decisions_of):
    table = reliability(rankings(decisions_of(ROWS)))
    assert table.schema.equals(BINS_SCHEMA)
    bins = table.filter(pc.field("scope") == "inventory").to_pylist()
    low, high = bins
    assert (low["low"], low["high"], low["predictions"]) == pytest.approx((0.8, 0.85, 2))
    assert (low["score"], low["precision"]) == (0.828125, 0.5)
    assert (high["low"], high["high"], high["score"], high["precision"]) == (0.95, 1.0, 1.0, 1.0)


def test_error_by_hand(decisions_of):
    table = calibration_errors(rankings(decisions_of(ROWS)))
    assert table.schema.equals(SUMMARY_SCHEMA)
    found = {(row["scope"], row["type"]): row["ece"] for row in table.to_pylist()}
    assert found == pytest.approx(
        {
            ("common", None): 2 / 3 * 0.328125,
            ("inventory", None): 2 / 3 * 0.328125,
            ("type", "Disease"): 0.328125,
            ("type", "Gene"): 0.0,
        }
    )


def test_scores_that_are_probabilities_have_no_error_and_shifted_ones_have_their_shift():
    random = np.random.default_rng(0)
    scores = random.uniform(0.5, 1, 200_000)
    right = random.random(scores.size) < scores
    assert expected_calibration_error(scores, right) < 0.005
    assert expected_calibration_error(scores, random.random(scores.size) < scores - 0.2) == (
        pytest.approx(0.2, abs=0.005)
    )
