from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.assessment.sample import draw_sample, per_stratum_for
from sru_ner.errors import InputError

BANDS = (0.5, 0.7, 0.9, 1.0)


def test_strata_are_by_type_band_novelty_and_models(candidates_of):
    rows = candidates_of(
        [("m", "Gene", 0.6, True), ("m", "Gene", 0.6, False), ("m", "Gene", 0.95, False),
         ("m", "Disease", 0.6, None)]
    )  # fmt: skip
    rows.append(replace(rows[0], model="n", score=0.99))
    sample = draw_sample(rows, bands=BANDS, per_stratum=5, seed=1)
    assert [stratum.key.name for stratum in sample.strata] == [
        "notes/Disease/0.5-0.7/m",
        "notes/Gene/0.5-0.7/new/m",
        "notes/Gene/0.9-1/new/m",
        "notes/Gene/0.9-1/seen/m+n",
    ]
    assert len(sample.items) == 4


def test_a_sentence_that_is_in_two_documents_is_one_item(candidates_of):
    (one,) = candidates_of([("m", "Gene", 0.6, None)])
    sample = draw_sample([one, replace(one, document="other")], bands=BANDS, per_stratum=5, seed=1)
    ((unit, stratum),) = sample.drawn
    assert (unit.predictions, stratum.size) == ({"m": 2}, 1)
    assert sample.items[0].document == "d0"


def test_items_say_nothing_of_model_and_score(candidates_of):
    rows = candidates_of([("secret", "Gene", 0.61, True)])
    (item,) = draw_sample(rows, bands=BANDS, per_stratum=5, seed=1).items
    assert "secret" not in item.model_dump_json()
    assert "0.61" not in item.model_dump_json()
    assert set(type(item).model_fields) == {
        "id", "document", "before", "text", "after", "start", "end", "type", "shared", "assessors",
    }  # fmt: skip


def test_scores_outside_the_bands_are_counted_and_those_without_a_score_drawn(candidates_of):
    rows = candidates_of([("m", "Gene", 0.3, None), ("m", "Gene", None, None)])
    sample = draw_sample(rows, bands=BANDS, per_stratum=5, seed=1)
    assert (len(sample.items), sample.outside_bands) == (1, 1)


@pytest.mark.parametrize("bands", [(), (0.5,), (0.7, 0.5), (0.5, 0.5)])
def test_bands_that_are_none_are_refused(bands):
    with pytest.raises(InputError, match="not in ascending order"):
        draw_sample([], bands=bands, per_stratum=1, seed=1)


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.sampled_from([0.5, 0.6, 0.8, 0.95, 1.0]), max_size=40),
    st.integers(1, 5),
    st.integers(1, 4),
    st.sampled_from([0.0, 0.2, 0.5, 1.0]),
)
def test_each_stratum_gives_what_it_has_and_weights_add_up(candidates_of, scores, n, people, part):
    rows = candidates_of([("m", "Gene", score, None) for score in scores])
    sample = draw_sample(
        rows, bands=BANDS, per_stratum=n, seed=1, assessors=people, shared=part
    )  # fmt: skip
    for stratum in sample.strata:
        assert stratum.drawn == min(n, stratum.size)
    weights = sum(1 / stratum.probability for _, stratum in sample.drawn)
    assert weights == pytest.approx(len(scores))
    everyone = tuple(range(1, people + 1))
    together = [item for item in sample.items if item.assessors == everyone]
    if people > 1:
        assert len(together) == int(part * len(sample.items) + 1e-9)
        assert [item.shared for item in sample.items].count(True) == len(together)
        own = [sum(i.assessors == (n,) for i in sample.items) for n in everyone]
        assert max(own) - min(own) <= 1
    else:
        assert not any(item.shared for item in sample.items)


def test_each_item_of_a_stratum_is_drawn_equally_often(candidates_of):
    rows = candidates_of([("m", "Gene", 0.6, None)] * 8)
    counts = dict.fromkeys((row.document for row in rows), 0)
    for seed in range(400):
        for item in draw_sample(rows, bands=BANDS, per_stratum=2, seed=seed).items:
            counts[item.document] += 1
    # Each is drawn with probability 1/4: 100 times, with a standard deviation of 8.7.
    assert np.abs(np.array(list(counts.values())) - 100).max() < 35


def test_the_same_seed_draws_the_same_and_keeps_items_when_others_go(candidates_of):
    rows = candidates_of([("m", "Gene", 0.6, None)] * 30)
    first = draw_sample(rows, bands=BANDS, per_stratum=5, seed=1).items
    assert draw_sample(rows[::-1], bands=BANDS, per_stratum=5, seed=1).items == first
    kept = {item.document for item in first}
    fewer = [row for row in rows if row.document in kept or row.document < "d15"]
    assert {item.id for item in draw_sample(fewer, bands=BANDS, per_stratum=5, seed=1).items} == {
        item.id for item in first
    }
    assert draw_sample(rows, bands=BANDS, per_stratum=5, seed=2).items != first


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(1, 30), max_size=8), st.integers(1, 100))
def test_the_number_per_stratum_uses_what_may_be_judged(sizes, items):
    number = per_stratum_for(sizes, items)
    drawn = sum(min(size, number) for size in sizes)
    assert drawn <= max(items, len(sizes))
    more = sum(min(size, number + 1) for size in sizes)
    assert more > items or more == drawn
