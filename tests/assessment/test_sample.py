import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.assessment.sample import GoldMention, draw_sample, in_sentences
from sru_ner.errors import InputError

BANDS = (0.5, 0.7, 0.9, 1.0)

predictions = st.lists(
    st.fixed_dictionaries(
        {
            "tested": st.sampled_from(["dis", "chem"]),
            "type": st.sampled_from(["Gene", "Species"]),
            "start": st.integers(0, 10_000),
            "score": st.floats(0.5, 1.0, width=32),
        }
    ),
    max_size=40,
    unique_by=lambda row: (row["tested"], row["type"], row["start"]),
)


def draw(table, *, bands=BANDS, per_stratum=2, seed=42):
    return draw_sample(table, bands=bands, per_stratum=per_stratum, seed=seed)


@given(rows=predictions, per_stratum=st.integers(1, 5))
def test_strata_hold_all_and_give_at_most_what_is_asked(decisions_of, rows, per_stratum):
    sample = draw(decisions_of(rows), per_stratum=per_stratum)
    assert sum(s.size for s in sample.strata) == len(rows)
    assert sample.outside_bands == 0
    for stratum in sample.strata:
        drawn = [m for m in sample.mentions if m.stratum == stratum]
        assert stratum.drawn == len(drawn) == min(per_stratum, stratum.size)
        for mention in drawn:
            assert stratum.low <= mention.score <= stratum.high
    # Weighted back, the sample stands for everything.
    assert sum(m.stratum.weight for m in sample.mentions) == pytest.approx(len(rows))
    assert len({m.id for m in sample.mentions}) == len(sample.mentions)


@given(rows=predictions, data=st.data())
def test_the_draw_depends_on_the_seed_and_not_on_the_order(decisions_of, rows, data):
    shuffled = data.draw(st.permutations(rows))
    assert draw(decisions_of(rows)) == draw(decisions_of(shuffled))


def test_seeds_draw_differently(decisions_of):
    table = decisions_of([{"start": i} for i in range(100)])
    draws = {tuple(m.start for m in draw(table, seed=seed).mentions) for seed in range(5)}
    assert len(draws) == 5


def test_every_mention_is_as_likely_as_another(decisions_of):
    table = decisions_of([{"start": i} for i in range(10)])
    times = dict.fromkeys(range(10), 0)
    for seed in range(300):
        for mention in draw(table, seed=seed).mentions:
            times[mention.start] += 1
    # 60 expected of each; 4 standard deviations are 28.
    assert all(32 <= count <= 88 for count in times.values())


def test_only_predictions_outside_the_inventory_are_drawn(decisions_of):
    sample = draw(
        decisions_of(
            [
                {"start": 1, "type": "Disease", "in_inventory": True},
                {"start": 2, "gold": True},
                {"start": 3},
            ]
        )
    )
    assert [m.start for m in sample.mentions] == [3]


def test_band_edges_belong_to_the_higher_band_and_one_to_the_last(decisions_of):
    rows = [{"start": i, "score": s} for i, s in enumerate([0.25, 0.5, 0.75, 1.0])]
    sample = draw(decisions_of(rows), bands=(0.5, 0.75, 1.0))
    assert [(s.name, s.size) for s in sample.strata] == [
        ("dis/Gene/0.5-0.75", 1),
        ("dis/Gene/0.75-1", 2),
    ]
    assert sample.outside_bands == 1


@pytest.mark.parametrize("bands", [(0.5,), (0.9, 0.5), (0.5, 0.5)])
def test_bands_that_do_not_rise_are_refused(decisions_of, bands):
    with pytest.raises(InputError, match=r"assess\.score_bands"):
        draw(decisions_of([]), bands=bands)


def test_mentions_are_put_back_into_their_sentences(decisions, sentence):
    (item,) = in_sentences(draw(decisions), decisions, [sentence])
    assert item.sentence is sentence
    assert [m.text for m in item.sampled] == [
        "𝛼-Synuclein",
        "Synuclein",
        "<script>alert('x')</script>",
        "Mus musculus",
    ]
    (gold,) = item.gold
    assert sentence.text[gold.start : gold.end] == "Parkinson disease"


def test_a_gold_mention_that_leaves_the_sentence_is_cut(decisions_of, sentence):
    end = sentence.start + len(sentence.text)
    table = decisions_of(
        [
            {"start": end - 1, "end": end, "text": "."},
            {"start": end - 9, "end": end + 50, "type": "Disease", "gold": True},
        ]
    )
    (item,) = in_sentences(draw(table), table, [sentence])
    assert item.gold == (GoldMention(end - 109, end - 100, "Disease"),)


def test_sentences_of_another_harmonisation_are_refused(decisions, sentence):
    changed = dataclasses.replace(sentence, text=sentence.text.replace("Mus", "Rat"))
    for sentences in ([], [changed]):
        with pytest.raises(InputError, match="sru-ner evaluate"):
            in_sentences(draw(decisions), decisions, sentences)
