from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy.stats import kstest

from sru_ner.evaluation.confidence.significance import SCHEMA, compare, holm
from tests.evaluation.material import answers_of, corpus_of


def two_models(seed, skills, documents=40):
    random = np.random.default_rng(seed)
    gold = random.integers(0, 7, documents)
    return corpus_of(np.stack([answers_of(gold, skill, random) for skill in skills])[:, :, None])


def test_holm_as_in_a_textbook():
    # statsmodels.stats.multitest.multipletests([0.01, 0.04, 0.03, 0.005], method="holm")
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.7, 0.6]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


def test_a_model_does_not_differ_from_itself():
    one = two_models(0, [0.7]).counts[0]
    for row in compare([corpus_of(np.stack([one, one]))], draws=200).to_pylist():
        assert (row["difference"], row["low"], row["high"], row["p"]) == (0, 0, 0, 1)


def test_a_clear_difference_is_found_and_its_sign_is_a_minus_b():
    table = compare([two_models(1, [0.4, 0.9])], draws=999)
    assert table.schema.equals(SCHEMA)
    for row in table.to_pylist():
        assert row["high"] < 0
        assert row["low"] < row["difference"] < row["high"]
        assert row["p"] == pytest.approx(0.001)


def test_p_is_uniform_where_nothing_differs():
    """Two models of equal skill: p below x in a share x of the trials, about."""
    values = [
        compare([two_models(seed, [0.6, 0.6])], draws=199)["p"][0].as_py() for seed in range(120)
    ]
    assert kstest(values, "uniform").pvalue > 0.01


def test_p_is_that_of_all_swaps():
    """With six documents all 64 swaps can be tried."""
    random = np.random.default_rng(5)
    gold = random.integers(1, 5, 6)
    a, b = (answers_of(gold, skill, random) for skill in (0.9, 0.5))

    def f1(counts):
        tp, fp, fn = counts.sum(axis=0)
        return 2 * tp / (2 * tp + fp + fn)

    observed = abs(f1(a) - f1(b))
    as_large = []
    for swaps in product([False, True], repeat=6):
        swap = np.array(swaps)[:, None]
        as_large.append(
            abs(f1(np.where(swap, b, a)) - f1(np.where(swap, a, b))) >= observed - 1e-12
        )
    row = compare([corpus_of(np.stack([a, b])[:, :, None])], draws=20_000).to_pylist()[0]
    assert row["p"] == pytest.approx(np.mean(as_large), abs=0.01)


def test_only_models_with_a_figure_are_compared_and_over_what_both_know():
    random = np.random.default_rng(2)
    gold = random.integers(1, 5, (30, 2))
    counts = np.stack([answers_of(gold, skill, random) for skill in (0.9, 0.8, 0.7)])
    known = [[True, False], [True, True], [False, False]]
    found = compare([corpus_of(counts, known=known)], draws=99).to_pylist()
    assert [(row["scope"], row["model_a"], row["model_b"]) for row in found] == [
        ("common", "a", "b"),
        ("inventory", "a", "b"),
    ]
    shared = compare([corpus_of(counts[:2, :, :1])], draws=99).to_pylist()[0]
    assert found[0]["difference"] == shared["difference"]
    apart = compare([corpus_of(counts[:2], known=[[True, False], [False, True]])], draws=99)
    assert apart["scope"].to_pylist() == ["inventory"]


def test_documents_left_out_for_either_are_compared_for_neither():
    corpus = two_models(4, [0.8, 0.6], documents=20)
    scored = corpus.scored.copy()
    scored[0, :5] = False
    counts = corpus.counts * scored[:, :, None, None]
    row = compare([replace(corpus, counts=counts, scored=scored)], draws=99).to_pylist()[0]
    rest = compare([corpus_of(corpus.counts[:, 5:])], draws=99).to_pylist()[0]
    assert (row["documents"], row["difference"]) == (15, rest["difference"])


def test_the_correction_is_over_all_corpora_of_a_scope():
    corpora = [replace(two_models(seed, [0.4, 0.9]), tested=str(seed)) for seed in range(5)]
    for row in compare(corpora, draws=999).to_pylist():
        assert row["p_adjusted"] == pytest.approx(5 * row["p"])


def test_nothing_to_compare_is_an_empty_table():
    assert compare([two_models(0, [0.5])]).equals(SCHEMA.empty_table())
