import pyarrow as pa
import pytest

from sru_ner.evaluation.confidence import bootstrap
from sru_ner.evaluation.confidence.seeds import SCHEMA, seed_groups, summarise_seeds
from sru_ner.settings.params import Params
from sru_ner.settings.sections import ExperimentSettings

EXPERIMENTS = {
    "x_3": ExperimentSettings(sources=("a", "b"), seed=3),
    "x_1": ExperimentSettings(sources=("b", "a"), seed=1),
    "x_2": ExperimentSettings(sources=("a", "b"), seed=2),
    "x_2_again": ExperimentSettings(sources=("a", "b"), seed=2),
    "long": ExperimentSettings(sources=("a", "b"), seed=4, epochs=101),
    "alone": ExperimentSettings(sources=("a",), seed=5),
}


def params(overlaps="all"):
    return Params(
        suite="s",
        corpora=("a", "b", "t"),
        train={},
        experiments={name: each.model_dump() for name, each in EXPERIMENTS.items()},
        evaluate={"tested": ("t",), "overlaps": overlaps},
        assess={"experiment": "x_1"},
        register={"candidate": "x_1"},
    )


def figures(**values):
    rows = [
        {"model": model, "tested": "t", "scope": "common", "figure": "micro_f1", "value": value}
        for model, value in values.items()
    ]
    return pa.Table.from_pylist(rows, schema=bootstrap.SCHEMA)


def test_experiments_that_differ_in_the_seed_alone_are_one():
    assert seed_groups(params()) == [["x_1", "x_2", "x_3"]]


def test_experiments_that_are_scored_differently_are_not_one():
    assert seed_groups(params({"x_1": "flat"})) == [["x_2", "x_3"]]
    assert seed_groups(params(dict.fromkeys(["x_1", "x_3"], "flat"))) == [["x_1", "x_3"]]


def test_summary_by_hand():
    table = summarise_seeds(params(), figures(x_1=0.8, x_2=0.7, x_3=0.9, long=0.1, alone=0.2))
    assert table.schema.equals(SCHEMA)
    (row,) = table.to_pylist()
    assert row == {
        "models": ["x_1", "x_2", "x_3"],
        "seeds": [1, 2, 3],
        "tested": "t",
        "scope": "common",
        "type": None,
        "figure": "micro_f1",
        "n": 3,
        "mean": pytest.approx(0.8),
        "sd": pytest.approx(0.1),
        "min": 0.7,
        "max": 0.9,
    }


def test_a_model_without_a_figure_is_not_summarised():
    (row,) = summarise_seeds(params(), figures(x_1=0.8, x_2=None, x_3=0.6)).to_pylist()
    assert (row["n"], row["mean"]) == (2, pytest.approx(0.7))
    assert summarise_seeds(params(), figures(x_1=0.8, x_2=None)).num_rows == 0
