import numpy as np
import pytest

from sru_ner.assessment.items import make_items
from sru_ner.assessment.judgements import Judgements
from sru_ner.assessment.key import key_table
from sru_ner.assessment.precision import estimate, ratio
from sru_ner.assessment.sample import draw_sample
from sru_ner.assessment.verdicts import Judgement, Verdict


def said(item_id, judgement):
    return item_id, Verdict(id=item_id, verdict=judgement)


def test_items_are_weighted_by_what_they_stand_for():
    # Of 90 in one stratum 2 of 3 are right, of 10 in the other none of 2: 60 of 100.
    stratum = np.array([0, 0, 0, 1, 1])
    size = np.array([90.0, 90, 90, 10, 10])
    right = np.array([1.0, 1, 0, 0, 0])
    found = ratio(right, np.ones(5), stratum, size)
    assert found.value == pytest.approx(0.6)
    assert 0 < found.low < 0.6 < found.high < 1


def test_the_variance_is_that_of_a_simple_sample_where_it_is_one():
    # One stratum, each item one prediction: s² / n (1 - n / N), Wilson with n p q / (n - 1).
    right = np.array([1.0] * 30 + [0.0] * 10)
    found = ratio(right, np.ones(40), np.zeros(40, dtype=int), np.full(40, 1e9))
    # Wilson's interval of 30 of 40 is 0.598 to 0.858.
    assert (found.low, found.high) == pytest.approx((0.598, 0.858), abs=0.004)


def test_all_items_judged_leave_nothing_to_chance():
    found = ratio(np.array([1.0, 0]), np.ones(2), np.zeros(2, dtype=int), np.full(2, 2.0))
    assert (found.low, found.value, found.high) == (0.5, 0.5, 0.5)


def test_single_items_of_strata_make_the_interval_wider():
    right, ones = np.array([1.0, 0, 1, 0]), np.ones(4)
    wide = ratio(right, ones, np.arange(4), np.full(4, 50.0))
    assert wide.high - wide.low > 0.5


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    draw = np.random.default_rng(1)
    sizes, rates, drawn = [400, 150, 50], [0.9, 0.6, 0.3], [25, 25, 20]
    truths = [np.concatenate([np.ones(int(n * r)), np.zeros(n - int(n * r))])
              for n, r in zip(sizes, rates, strict=True)]  # fmt: skip
    truth = sum(each.sum() for each in truths) / sum(sizes)
    stratum = np.repeat(range(3), drawn)
    size = np.repeat(np.array(sizes, dtype=float), drawn)
    values, held = [], 0
    for _ in range(300):
        picks = [draw.choice(t, n, replace=False) for t, n in zip(truths, drawn, strict=True)]
        found = ratio(np.concatenate(picks), np.ones(sum(drawn)), stratum, size)
        values.append(found.value)
        held += found.low <= truth <= found.high
    assert np.mean(values) == pytest.approx(truth, abs=0.01)  # no bias
    assert 0.91 <= held / 300 <= 0.99


@pytest.fixture
def study(candidates_of):
    rows = candidates_of(
        [("m", "Gene", 0.6, True)] * 4 + [("m", "Disease", 0.6, False)] * 2
        + [("n", "Gene", 0.95, True)] * 2
    )  # fmt: skip
    sample = draw_sample(rows, bands=(0.5, 0.9, 1), per_stratum=2, seed=1, assessors=2, shared=1)
    items = make_items(sample.items)
    key = key_table(sample, split=None, digest=items.digest)
    return items, key


def test_each_model_has_its_own_figures_by_type_and_novelty(study):
    items, key = study
    strata = {row["id"]: row["stratum"] for row in key.to_pylist()}
    genes = [i.id for i in items.items if "Gene/0.5" in strata[i.id]]
    verdicts = {
        "A": dict(said(i.id, Judgement.CORRECT) for i in items.items),
        "B": dict(
            said(i.id, Judgement.WRONG_BOUNDARY if i.id == genes[0] else Judgement.CORRECT)
            for i in items.items
        ),
    }
    found = {(p.model, p.part, p.name): p for p in estimate(key, Judgements(items, verdicts))}
    assert ("n", "mention", "seen") not in found  # it is all of n
    gene = found["m", "type", "Gene"]
    # Two of four judged; one of them is right for half of the assessors.
    assert (gene.judged, gene.predictions, gene.strict.value) == (2, 4, 0.75)
    assert gene.lenient.value == 1
    # 3 of 4 genes and both diseases.
    assert found["m", "all", ""].strict.value == pytest.approx(5 / 6)
    assert found["m", "mention", "new"].strict.value == 1
    assert found["n", "all", ""].strict.value == 1


def test_the_unsure_and_the_missing_do_not_count_and_what_is_not_covered_is_said(study):
    items, key = study
    first = items.items[0].id
    verdicts = {"A": dict([said(first, Judgement.UNSURE)])}
    assert estimate(key, Judgements(items, verdicts)) == []
    settled = dict([said(first, Judgement.NO_ENTITY)])
    found = estimate(key, Judgements(items, verdicts, settled))
    (whole,) = [p for p in found if p.part == "all"]
    assert (whole.judged, whole.strict.value) == (1, 0)
    assert whole.uncovered > 0 or whole.model == "n"
