import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.decisions.counts import count
from sru_ner.decisions.table import write_decisions
from sru_ner.errors import InputError
from sru_ner.evaluation.confidence.thresholds import (
    EFFECT_SCHEMA,
    SCHEMA,
    apply_thresholds,
    as_json,
    best_threshold,
    effect,
    tune,
    tune_models,
)

SCORES = [0.5, 0.53125, 0.625, 0.75, 0.875, 1.0]


def tuned_table(*rows):
    names = ("model", "type", "threshold")
    return pa.Table.from_pylist([dict(zip(names, row, strict=True)) for row in rows], SCHEMA)


@settings(deadline=None)
@given(
    predictions=st.lists(st.tuples(st.sampled_from(SCORES), st.booleans()), min_size=1),
    missed=st.integers(0, 5),
)
def test_no_other_threshold_is_better(predictions, missed):
    scores, right = (np.array(column) for column in zip(*predictions, strict=True))
    gold = int(right.sum()) + missed

    def f1(threshold):
        kept = scores >= threshold
        return 2 * (right & kept).sum() / max(1, kept.sum() + gold)

    found = best_threshold(scores, right, gold)
    assert f1(found) == pytest.approx(max(f1(score) for score in SCORES))
    # Nor is a lower one as good.
    assert all(f1(score) < f1(found) for score in scores if score < found and f1(found) > 0)


def dev_rows():
    """Diseases: low scores are wrong. Genes: low scores are right. Species: too few to say."""
    rows = [{"start": i, "predicted": True, "score": 0.75} for i in range(40)]
    rows += [
        {"start": 100 + i, "predicted": True, "gold": False, "score": 0.5625} for i in range(40)
    ]
    rows += [
        {"start": 200 + i, "type": "Gene", "predicted": True, "score": 0.5625} for i in range(25)
    ]
    rows += [{"start": 300, "type": "Species", "predicted": True, "score": 1.0}]
    return rows


def test_thresholds_are_per_model_and_type_where_there_is_enough_to_go_by(decisions_of):
    dev = decisions_of(dev_rows())
    assert tune(dev, "none").equals(SCHEMA.empty_table())
    overall, *types = tune(dev, "per_type").to_pylist()
    assert tune(dev, "global").to_pylist() == [overall]
    assert (overall["type"], overall["gold"], overall["predictions"]) == (None, 66, 106)
    assert [(row["type"], row["threshold"]) for row in types] == [
        ("Disease", 0.65625),
        ("Gene", 0.5),
    ]
    assert types[0]["f1_before"] == pytest.approx(2 / 3)
    assert types[0]["f1_after"] == 1.0


def test_predictions_below_their_threshold_were_not_made(decisions_of):
    decisions = decisions_of(
        [
            {"start": 0, "predicted": True, "score": 0.625},
            {"start": 1, "predicted": True, "score": 0.875},
            {"start": 2, "predicted": True, "score": 0.625, "gold": False},
            {"start": 3, "predicted": True, "score": None, "gold": False},
            {"start": 4, "predicted": True, "score": 0.625, "type": "Gene"},
            {"start": 5, "predicted": True, "score": 0.625, "model": "other"},
            {"start": 6},
        ]
    )
    tuned = tuned_table(("m", None, 0.5), ("m", "Disease", 0.75))
    changed = apply_thresholds(decisions, tuned)
    assert changed.schema.equals(decisions.schema)
    rows = {row["start"]: (row["predicted"], row["score"]) for row in changed.to_pylist()}
    assert rows == {
        0: (False, None),
        1: (True, 0.875),
        3: (True, None),
        4: (True, 0.625),
        5: (True, 0.625),
        6: (False, None),
    }
    assert apply_thresholds(decisions, SCHEMA.empty_table()).equals(decisions)
    assert apply_thresholds(decisions_of([]), tuned).num_rows == 0


def test_gold_mentions_are_never_lost(decisions_of):
    decisions = decisions_of(dev_rows())
    support = count(decisions)["support"]
    for limit in (0.5, 0.7, 2.0):
        assert count(apply_thresholds(decisions, tuned_table(("m", None, limit))))[
            "support"
        ].equals(support)


def test_effect_is_before_and_after(decisions_of):
    table = effect(decisions_of(dev_rows()[:80]), tuned_table(("m", None, 0.7)))
    assert table.schema.equals(EFFECT_SCHEMA)
    assert [
        (row["figure"], row["before"], row["after"])
        for row in table.to_pylist()
        if row["scope"] == "common"
    ] == [("micro_f1", pytest.approx(2 / 3), 1.0), ("precision", 0.5, 1.0), ("recall", 1.0, 1.0)]


def test_models_are_tuned_on_dev_decisions_of_their_own_sources(decisions_of, tmp_path):
    rows = [{**row, "split": "dev", "tested": "own"} for row in dev_rows()]
    write_decisions(tmp_path / "m.parquet", decisions_of(rows), tested=["own"])
    tuned = tune_models(tmp_path, {"m": ["own"]}, "global")
    assert tuned.equals(tune(decisions_of(rows), "global"))
    assert tune_models(tmp_path, {"absent": ["own"]}, "none").num_rows == 0
    with pytest.raises(InputError, match=r"no decisions on other(.|\n)*sru-ner evaluate m"):
        tune_models(tmp_path, {"m": ["other"]}, "global")


def test_thresholds_for_programs(decisions_of):
    tuned = tune(decisions_of(dev_rows()), "per_type")
    overall = tuned["threshold"][0].as_py()
    assert as_json(tuned) == {
        "schema_version": 1,
        "tuned_on": "dev",
        "models": {"m": {"default": overall, "types": {"Disease": 0.65625, "Gene": 0.5}}},
    }
    assert as_json(SCHEMA.empty_table())["models"] == {}
