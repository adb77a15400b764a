import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import trapezoid
from sklearn.metrics import average_precision_score, precision_recall_curve

from sru_ner.evaluation.confidence.precision_recall import (
    MAX_POINTS,
    POINTS_SCHEMA,
    SUMMARY_SCHEMA,
    average_precisions,
    curve_points,
    precision_recall,
)
from sru_ner.evaluation.confidence.rankings import Ranking, rankings

PREDICTIONS = st.lists(
    st.tuples(st.sampled_from([0.5, 0.6, 0.75, 0.8, 0.9, 1.0]), st.booleans()), min_size=1
)


def ranking(predictions, missed):
    scores, right = (np.array(column) for column in zip(*sorted(predictions)[::-1], strict=True))
    return Ranking("m", "t", "common", None, scores, right, int(right.sum()) + missed)


@settings(deadline=None)
@given(predictions=PREDICTIONS, missed=st.integers(0, 5))
def test_curve_and_average_precision_are_those_of_scikit_learn(predictions, missed):
    ours = ranking(predictions, missed)
    if not ours.gold:
        return
    curve = precision_recall(ours)
    # A mention that was not predicted is one that is predicted last.
    truth = [*ours.right, *[True] * missed]
    scores = [*ours.scores, *[0.0] * missed]
    precision, recall, thresholds = precision_recall_curve(truth, scores)
    seen = thresholds > 0
    np.testing.assert_allclose(curve.thresholds, thresholds[seen][::-1])
    np.testing.assert_allclose(curve.precision, precision[:-1][seen][::-1])
    np.testing.assert_allclose(curve.recall, recall[:-1][seen][::-1])
    last_step = (1 - curve.recall[-1]) * np.mean(truth)
    assert curve.average_precision + last_step == pytest.approx(
        average_precision_score(truth, scores)
    )


def area(curve):
    return trapezoid(curve.precision, curve.recall)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("size", [2, 150, 3000, 50_000])
def test_a_thinned_curve_has_the_same_area_and_ends(seed, size):
    random = np.random.default_rng(seed)
    scores = np.sort(random.beta(5, 1, size))[::-1]
    right = random.random(size) < scores**seed
    whole = precision_recall(
        Ranking("m", "t", "common", None, scores, right, int(right.sum()) + size // 9 + 1)
    )
    thin = whole.thinned()
    assert len(thin.recall) <= MAX_POINTS
    assert area(thin) == pytest.approx(area(whole), abs=1e-3)
    points = set(zip(whole.thresholds, whole.precision, whole.recall, strict=True))
    assert set(zip(thin.thresholds, thin.precision, thin.recall, strict=True)) <= points
    for name in ("thresholds", "precision", "recall"):
        assert getattr(thin, name)[[0, -1]] == pytest.approx(getattr(whole, name)[[0, -1]])


def test_a_limit_of_points_is_kept():
    right = np.arange(1000) % 3 > 0
    curve = precision_recall(
        Ranking("m", "t", "common", None, np.linspace(1, 0.5, 1000), right, 700)
    )
    assert len(curve.thinned(most=7).recall) == 7


def test_tables_by_hand(decisions_of):
    decisions = decisions_of(
        [
            {"predicted": True, "score": 0.75},
            {"predicted": True, "gold": False, "score": 0.625},
            {"start": 9, "end": 10},
            {"type": "Gene", "predicted": True, "gold": False},
        ]
    )
    points = curve_points(rankings(decisions))
    assert points.schema.equals(POINTS_SCHEMA)
    disease = points.filter(pc.field("type") == "Disease").select(["threshold", "precision"])
    assert disease.to_pylist() == [
        {"threshold": 0.75, "precision": 1.0},
        {"threshold": 0.625, "precision": 0.5},
    ]
    assert set(points["recall"].to_pylist()) == {0.0, 0.5}
    summary = average_precisions(rankings(decisions))
    assert summary.schema.equals(SUMMARY_SCHEMA)
    assert summary.filter(pc.field("type") == "Disease").to_pylist() == [
        {
            "model": "m",
            "tested": "t",
            "scope": "type",
            "type": "Disease",
            "average_precision": 0.5,
            "recall": 0.5,
            "predictions": 2,
            "gold": 2,
        }
    ]
    # A type without a gold mention has no recall, and so no curve.
    assert "Gene" not in summary["type"].to_pylist()
