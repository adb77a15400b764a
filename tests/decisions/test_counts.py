import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nervaluate import Evaluator
from seqeval.metrics import classification_report
from seqeval.scheme import IOB2

from sru_ner.decisions.counts import (
    COUNTS_SCHEMA,
    DECISION_COLUMNS,
    Counts,
    Ratios,
    add,
    count,
    macro,
    total,
)

TYPES = ("Chemical", "Disease", "Gene")


def counts_of(table, **where):
    """Added counts of the rows that have these values."""
    rows = [r for r in table.to_pylist() if all(r[k] == v for k, v in where.items())]
    return total(Counts(r["tp"], r["fp"], r["fn"], r["inexpressible"]) for r in rows)


def test_known_counts(decisions_of):
    table = count(
        decisions_of(
            [
                {"predicted": True},
                {"predicted": True, "start": 2, "end": 3},
                {"start": 4, "end": 5},
                {"gold": False, "predicted": True, "start": 6, "end": 7},
                {"fits_words": False, "start": 8, "end": 9},
                {"crosses_sentence": True, "start": 10, "end": 19},
                {"type": "Gene", "known": False, "start": 20, "end": 21},
                {"type": "Chemical", "gold": False, "predicted": True, "in_inventory": False},
            ]
        )
    )
    assert table.schema.equals(COUNTS_SCHEMA)
    assert [tuple(row.values()) for row in table.to_pylist()] == [
        ("m", "t", "test", "Disease", True, 2, 1, 3, 5, 2),
        ("m", "t", "test", "Gene", False, 0, 0, 1, 1, 0),
    ]


def test_ratios():
    assert Counts(tp=2, fp=1, fn=3).ratios == Ratios(2 / 3, 2 / 5, 4 / 8)
    assert Counts(fn=3).ratios == Ratios(None, 0.0, 0.0)
    assert Counts(fp=3).ratios == Ratios(0.0, None, 0.0)
    assert Counts().ratios == Ratios(None, None, None)


def test_macro_is_over_types_with_something_to_score():
    found = macro([Counts(tp=1), Counts(fn=4), Counts()])
    assert found == Ratios(0.5, 0.5, 0.5)
    assert macro([Counts()]) == Ratios(None, None, None)


def test_nothing_decided_is_nothing_counted(decisions_of):
    assert count(decisions_of([])).num_rows == 0
    assert add([]).schema.equals(COUNTS_SCHEMA)


rows_strategy = st.lists(
    st.fixed_dictionaries(
        {
            "document_id": st.sampled_from("abc"),
            "tested": st.sampled_from(["t", "u"]),
            "type": st.sampled_from(TYPES),
            "in_inventory": st.booleans(),
            "start": st.integers(0, 99),
            "state": st.sampled_from(["tp", "fp", "fn", "inexpressible"]),
        }
    ),
    max_size=30,
)


def flagged(rows):
    return [
        {
            **{k: v for k, v in row.items() if k != "state"},
            "gold": row["state"] != "fp",
            "predicted": row["state"] in ("tp", "fp"),
            **({"fits_words": False} if row["state"] == "inexpressible" else {}),
        }
        for row in rows
    ]


@given(rows=rows_strategy)
def test_counts_of_the_parts_add_up_to_the_whole(decisions_of, rows):
    whole = count(decisions_of(flagged(rows)))
    parts = [
        count(decisions_of(flagged([row for row in rows if row["document_id"] == document])))
        for document in "abc"
    ]
    assert add(parts).equals(whole)
    scored = [row for row in rows if row["in_inventory"]]
    for state in ("tp", "fp", "inexpressible"):
        expected = sum(row["state"] == state for row in scored)
        assert sum(whole[state].to_pylist()) == expected


@given(rows=rows_strategy, data=st.data())
def test_the_order_of_rows_does_not_matter(decisions_of, rows, data):
    shuffled = data.draw(st.permutations(rows))
    assert count(decisions_of(flagged(rows))).equals(count(decisions_of(flagged(shuffled))))


@given(rows=rows_strategy.filter(len))
def test_a_perfect_prediction_scores_one(decisions_of, rows):
    perfect = [{**row, "state": "tp", "in_inventory": True} for row in rows]
    found = counts_of(count(decisions_of(flagged(perfect))))
    assert found.ratios == Ratios(1.0, 1.0, 1.0)


mention = st.tuples(st.sampled_from(TYPES), st.integers(1, 3), st.integers(0, 2))
"""(type, words, words without a mention after it)"""


@st.composite
def annotations(draw):
    """Two flat, non-overlapping annotations of some sentences, that agree here and there.

    Each is a list of sentences, a sentence a list of (start, end, type) in words.
    """

    def place(mentions):
        position, placed = 0, []
        for type_, length, gap in mentions:
            placed.append((position, position + length, type_))
            position += length + gap
        return placed

    sentences = draw(st.lists(st.lists(mention, max_size=5), min_size=1, max_size=5))
    gold = [place(mentions) for mentions in sentences]
    predicted = [
        [
            (start, end, draw(st.sampled_from([type_, *TYPES])))
            for start, end, type_ in placed
            if draw(st.integers(0, 3))
        ]
        for placed in gold
    ]
    extra = [place(draw(st.lists(mention, max_size=3))) for _ in gold]
    predicted = [p if draw(st.booleans()) else e for p, e in zip(predicted, extra, strict=True)]
    return gold, predicted


def decided(decisions_of, gold, predicted):
    rows = [
        {
            "document_id": str(i),
            "start": start,
            "end": end,
            "type": type_,
            "gold": (start, end, type_) in g,
            "predicted": (start, end, type_) in p,
        }
        for i, (g, p) in enumerate(zip(gold, predicted, strict=True))
        for start, end, type_ in sorted({*g, *p})
    ]
    return count(decisions_of(rows))


def tags(sentence, length=40):
    found = ["O"] * length
    for start, end, type_ in sentence:
        found[start:end] = [f"B-{type_}"] + [f"I-{type_}"] * (end - start - 1)
    return found


@given(pair=annotations())
def test_agrees_with_nervaluate(decisions_of, pair):
    gold, predicted = pair
    table = decided(decisions_of, gold, predicted)

    # nervaluate ends a span at its last character, and calls the figure of ours "strict".
    def entities(sentences):
        return [[{"label": t, "start": s, "end": e - 1} for s, e, t in x] for x in sentences]

    evaluator = Evaluator(entities(gold), entities(predicted), tags=list(TYPES), loader="dict")
    strict = evaluator.evaluate()["overall"]["strict"]
    ours = counts_of(table)
    assert (strict.correct, strict.possible, strict.actual) == (
        ours.tp,
        ours.support,
        ours.tp + ours.fp,
    )
    assert strict.f1 == pytest.approx(ours.ratios.f1 or 0.0)


@given(pair=annotations())
def test_agrees_with_seqeval(decisions_of, pair):
    gold, predicted = pair
    table = decided(decisions_of, gold, predicted)
    if not any(gold) and not any(predicted):
        assert table.num_rows == 0  # seqeval has no report of nothing
        return
    report = classification_report(
        [tags(s) for s in gold],
        [tags(s) for s in predicted],
        output_dict=True,
        mode="strict",
        scheme=IOB2,
        zero_division=0,
    )
    by_type = {type_: counts_of(table, type=type_) for type_ in table["type"].to_pylist()}
    figures = {"micro avg": total(by_type.values()).ratios, "macro avg": macro(by_type.values())}
    figures |= {type_: counts.ratios for type_, counts in by_type.items()}
    for name, ours in figures.items():
        assert report[name]["precision"] == pytest.approx(ours.precision or 0.0)
        assert report[name]["recall"] == pytest.approx(ours.recall or 0.0)
        assert report[name]["f1-score"] == pytest.approx(ours.f1 or 0.0)


def test_a_million_decisions_are_counted():
    rng = np.random.default_rng(0)
    size = 1_000_000
    gold = rng.random(size) < 0.7
    choices = {
        "model": ["m"],
        "tested": [f"corpus_{i}" for i in range(10)],
        "split": ["test"],
        "type": [f"Type_{i}" for i in range(12)],
    }
    columns = {name: rng.choice(values, size) for name, values in choices.items()}
    columns |= {
        "known": np.ones(size, bool),
        "gold": gold,
        "predicted": ~gold | (rng.random(size) < 0.8),
        "in_inventory": rng.random(size) < 0.9,
        "fits_words": np.ones(size, bool),
        "crosses_sentence": np.zeros(size, bool),
    }
    table = pa.table({name: pa.array(columns[name]) for name in DECISION_COLUMNS})
    found = count(table)
    assert found.num_rows == 120
    assert sum(found["support"].to_pylist()) == int((gold & columns["in_inventory"]).sum())
