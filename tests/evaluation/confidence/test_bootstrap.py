import numpy as np
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.evaluation.confidence.bootstrap import SCHEMA, intervals, resamples
from tests.evaluation.material import answers_of, corpus_of


def row_of(table, **place):
    (row,) = (row for row in table.to_pylist() if all(row[name] == place[name] for name in place))
    return row


def test_every_draw_has_as_many_documents_as_there_are():
    parts = list(resamples(200_000, 25, np.random.default_rng(0)))
    weights = np.concatenate(parts)
    assert len(parts) > 1
    assert weights.shape == (25, 200_000)
    assert (weights.sum(axis=1) == 200_000).all()
    # A document is not drawn at all with a chance of 1/e.
    assert (weights == 0).mean() == pytest.approx(np.exp(-1), abs=1e-3)


def test_figures_of_a_cell_by_hand():
    """Two types, of which the model knows one."""
    counts = np.array([[[[2, 1, 0], [0, 0, 1]], [[1, 0, 1], [0, 0, 1]]]])
    table = intervals([corpus_of(counts, known=[[True, False]])])
    assert table.schema.equals(SCHEMA)
    values = {(row["scope"], row["type"], row["figure"]): row["value"] for row in table.to_pylist()}
    expected = {
        ("common", None): {"micro_f1": 0.75, "macro_f1": 0.75, "precision": 0.75, "recall": 0.75},
        ("inventory", None): {
            "micro_f1": 0.6,
            "macro_f1": 0.375,
            "precision": 0.75,
            "recall": 0.5,
        },
        ("type", "T0"): {"f1": 0.75, "precision": 0.75, "recall": 0.75},
    }
    flat = {(*place, name): v for place, found in expected.items() for name, v in found.items()}
    assert values == pytest.approx(flat)


def test_what_is_not_defined_is_null():
    unknown = intervals([corpus_of(np.ones((1, 3, 1, 3)), known=[[False]])])
    assert set(unknown["scope"].to_pylist()) == {"common", "inventory"}
    assert unknown["value"].null_count == len(unknown) == 8
    missed = np.zeros((1, 3, 1, 3))
    missed[..., 2] = 1
    precision = row_of(intervals([corpus_of(missed)]), scope="inventory", figure="precision")
    assert [precision[name] for name in ("value", "low", "high", "draws")] == [None, None, None, 0]
    alone = row_of(intervals([corpus_of(np.ones((1, 1, 1, 3)))]), scope="common", figure="recall")
    assert [alone[name] for name in ("value", "low", "high")] == [0.5, None, None]


def test_draws_without_a_figure_are_not_counted():
    """One document of three has something: (2/3)³ of the draws miss it."""
    counts = np.zeros((1, 3, 1, 3))
    counts[0, 0] = 1
    row = row_of(intervals([corpus_of(counts)], draws=4000), scope="common", figure="micro_f1")
    assert row["draws"] / 4000 == pytest.approx(1 - (2 / 3) ** 3, abs=0.03)
    assert row["low"] == row["high"] == row["value"] == 0.5


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10**6), documents=st.integers(20, 60))
def test_an_interval_is_around_its_value_and_wider_at_a_higher_level(seed, documents):
    random = np.random.default_rng(seed)
    one = answers_of(random.integers(1, 9, documents), 0.7, random)
    corpus = corpus_of(one[None, :, None])
    narrow, wide = (intervals([corpus], draws=200, level=level) for level in (0.5, 0.95))
    for small, large in zip(narrow.to_pylist(), wide.to_pylist(), strict=True):
        assert large["low"] <= small["low"] <= small["high"] <= large["high"]
        assert large["low"] <= large["value"] <= large["high"]


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """A model that finds 70 % of mentions, however these fall into documents."""
    random = np.random.default_rng(1)
    covered = 0
    for number in range(150):
        gold = random.integers(0, 8, 60)
        tp = random.binomial(gold, 0.7)
        counts = np.stack([tp, np.zeros_like(tp), gold - tp], axis=-1)[None, :, None]
        table = intervals([corpus_of(counts)], draws=200, level=0.8, seed=number)
        row = row_of(table, scope="common", figure="recall")
        covered += row["low"] <= 0.7 <= row["high"]
    assert covered / 150 == pytest.approx(0.8, abs=0.1)


def test_draws_are_the_same_whatever_else_is_in_the_table():
    random = np.random.default_rng(3)
    gold = random.integers(0, 6, 40)
    a, b = (answers_of(gold, skill, random) for skill in (0.8, 0.5))
    first = corpus_of(np.stack([a, b])[:, :, None])
    alone = corpus_of(a[None, :, None])
    other = corpus_of(b[None, :, None], tested="u")
    both = intervals([other, first], draws=100)
    mine = both.filter((pc.field("tested") == "t") & (pc.field("model") == "a"))
    assert mine.equals(intervals([alone], draws=100))
    assert not mine.equals(intervals([alone], draws=100, seed=1))
