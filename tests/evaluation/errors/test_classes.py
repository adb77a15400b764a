from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.decisions.counts import count
from sru_ner.evaluation.errors.classes import (
    ERROR_COUNTS_SCHEMA,
    ERRORS,
    ERRORS_SCHEMA,
    SIDES,
    classify,
    count_errors,
)
from sru_ner.evaluation.errors.seen_strings import SEEN_SCHEMA


def missed(start, end, type_="Disease", **other):
    return {"start": start, "end": end, "type": type_, **other}


def wrong(start, end, type_="Disease", **other):
    return missed(start, end, type_, gold=False, predicted=True, **other)


def right(start, end, type_="Disease", **other):
    return missed(start, end, type_, predicted=True, **other)


def unjudged(start, end, type_="Species"):
    return wrong(start, end, type_, in_inventory=False)


CASES = {
    "nothing is near": (
        [missed(0, 5), wrong(5, 9)],
        [(0, 5, "fn", "missed", None), (5, 9, "fp", "spurious", None)],
    ),
    "another document is not near": (
        [missed(0, 5), wrong(0, 5, document_id="e")],
        [(0, 5, "fn", "missed", None), (0, 5, "fp", "spurious", None)],
    ),
    "another type": (
        [missed(0, 5), wrong(0, 5, "Gene")],
        [
            (0, 5, "fn", "type", (0, 5, "Gene")),
            (0, 5, "fp", "type", (0, 5, "Disease")),
        ],
    ),
    "other boundaries": (
        [missed(0, 5), wrong(2, 8)],
        [
            (0, 5, "fn", "boundary", (2, 8, "Disease")),
            (2, 8, "fp", "boundary", (0, 5, "Disease")),
        ],
    ),
    "other boundaries and another type": (
        [missed(0, 5), wrong(2, 8, "Gene")],
        [
            (0, 5, "fn", "boundary_and_type", (2, 8, "Gene")),
            (2, 8, "fp", "boundary_and_type", (0, 5, "Disease")),
        ],
    ),
    "one found as two": (
        [missed(0, 9), wrong(0, 3), wrong(4, 9)],
        [
            (0, 9, "fn", "split", (4, 9, "Disease")),
            (0, 3, "fp", "split", (0, 9, "Disease")),
            (4, 9, "fp", "split", (0, 9, "Disease")),
        ],
    ),
    "two that touch are two pieces": (
        [missed(0, 9), wrong(0, 4), wrong(4, 9)],
        [
            (0, 9, "fn", "split", (4, 9, "Disease")),
            (0, 4, "fp", "split", (0, 9, "Disease")),
            (4, 9, "fp", "split", (0, 9, "Disease")),
        ],
    ),
    "two that overlap are not two pieces": (
        [missed(0, 9), wrong(0, 5), wrong(4, 9)],
        [
            (0, 9, "fn", "boundary", (0, 5, "Disease")),
            (0, 5, "fp", "boundary", (0, 9, "Disease")),
            (4, 9, "fp", "boundary", (0, 9, "Disease")),
        ],
    ),
    "pieces of another type are not pieces": (
        [missed(0, 9), wrong(0, 3, "Gene"), wrong(4, 9, "Gene")],
        [
            (0, 9, "fn", "boundary_and_type", (4, 9, "Gene")),
            (0, 3, "fp", "boundary_and_type", (0, 9, "Disease")),
            (4, 9, "fp", "boundary_and_type", (0, 9, "Disease")),
        ],
    ),
    "two found as one": (
        [wrong(0, 9), missed(0, 3), missed(4, 9)],
        [
            (0, 9, "fp", "merged", (4, 9, "Disease")),
            (0, 3, "fn", "merged", (0, 9, "Disease")),
            (4, 9, "fn", "merged", (0, 9, "Disease")),
        ],
    ),
    "one that is right and one that is missed are not merged": (
        [wrong(0, 9), right(0, 3), missed(4, 9)],
        [
            (0, 9, "fp", "boundary", (4, 9, "Disease")),
            (4, 9, "fn", "boundary", (0, 9, "Disease")),
        ],
    ),
    "the outer one of a nest is missed": (
        [missed(0, 9), right(4, 9)],
        [(0, 9, "fn", "nesting", (4, 9, "Disease"))],
    ),
    "the inner one of a nest is missed, of another type": (
        [right(0, 9), missed(4, 9, "Gene")],
        [(4, 9, "fn", "nesting", (0, 9, "Disease"))],
    ),
    "a level too many": (
        [right(0, 9), wrong(4, 9)],
        [(4, 9, "fp", "nesting", (0, 9, "Disease"))],
    ),
    "a second type where one is right": (
        [right(0, 9), wrong(0, 9, "Gene"), missed(0, 9, "Chemical", document_id="e")],
        [(0, 9, "fp", "type", (0, 9, "Disease")), (0, 9, "fn", "missed", None)],
    ),
    "of two types of one span only one is found": (
        [right(0, 9), missed(0, 9, "Gene")],
        [(0, 9, "fn", "type", (0, 9, "Disease"))],
    ),
    "another type that the corpus does not have": (
        [missed(0, 9), unjudged(0, 9)],
        [
            (0, 9, "fn", "type", (0, 9, "Species")),
            (0, 9, "unjudged", "out_of_inventory", (0, 9, "Disease")),
        ],
    ),
    "a type that the corpus does not have explains no boundary": (
        [missed(0, 9), unjudged(0, 4)],
        [
            (0, 9, "fn", "missed", None),
            (0, 4, "unjudged", "out_of_inventory", None),
        ],
    ),
    "its ends are not those of words": (
        [missed(0, 5, fits_words=False, crosses_sentence=True, known=False), wrong(0, 6)],
        [
            (0, 5, "fn", "inexpressible", (0, 6, "Disease")),
            (0, 6, "fp", "boundary", (0, 5, "Disease")),
        ],
    ),
    "it crosses sentences": (
        [missed(0, 5, crosses_sentence=True, known=False)],
        [(0, 5, "fn", "cross_sentence", None)],
    ),
    "the model does not have its type": (
        [missed(0, 5, "Gene", known=False), wrong(0, 5)],
        [
            (0, 5, "fn", "unknown_type", (0, 5, "Disease")),
            (0, 5, "fp", "type", (0, 5, "Gene")),
        ],
    ),
    "a false one explains more than a right one": (
        [missed(0, 5), wrong(0, 4), right(0, 5, "Gene")],
        [
            (0, 5, "fn", "boundary", (0, 4, "Disease")),
            (0, 4, "fp", "boundary", (0, 5, "Disease")),
        ],
    ),
    "the one that shares most is the partner": (
        [missed(0, 9), wrong(0, 4), wrong(0, 8)],
        [
            (0, 9, "fn", "boundary", (0, 8, "Disease")),
            (0, 4, "fp", "boundary", (0, 9, "Disease")),
            (0, 8, "fp", "boundary", (0, 9, "Disease")),
        ],
    ),
    "of equals the first by name": (
        [missed(2, 4), wrong(2, 4, "Gene"), wrong(2, 4, "Chemical")],
        [
            (2, 4, "fn", "type", (2, 4, "Chemical")),
            (2, 4, "fp", "type", (2, 4, "Disease")),
            (2, 4, "fp", "type", (2, 4, "Disease")),
        ],
    ),
}


def found_in(errors):
    return [
        (
            row["start"],
            row["end"],
            row["side"],
            row["error"],
            None
            if row["other_start"] is None
            else (row["other_start"], row["other_end"], row["other_type"]),
        )
        for row in errors.to_pylist()
    ]


@pytest.mark.parametrize("name", CASES)
def test_classes(decisions_of, name):
    rows, expected = CASES[name]
    assert Counter(found_in(classify(decisions_of(rows)))) == Counter(expected)


def test_every_class_is_tested_and_said_in_words():
    shown = {error for _, expected in CASES.values() for *_, error, _ in expected}
    assert shown | {"unseen"} == set(ERRORS)


def test_strings_the_model_never_learned(decisions_of):
    seen = pa.Table.from_pylist(
        [
            {"model": "m", "string": "il-2", "type": "Gene", "mentions": 3},
            {"model": "m", "string": "gout", "type": "Disease", "mentions": 1},
        ],
        schema=SEEN_SCHEMA,
    )
    rows = [
        missed(0, 1, "Gene", text="IL - 2"),
        missed(2, 3, "Disease", text="IL-2"),
        missed(4, 5, "Disease", text="gouts"),
        missed(6, 7, "Disease", text="gouts", known=False),
        missed(8, 9, "Disease", text="gouts", model="other"),
        wrong(10, 11, "Disease", text="gouts"),
    ]
    found = {row[0]: row[3] for row in found_in(classify(decisions_of(rows), seen=seen))}
    # Of `other`, nobody knows what it has seen.
    assert found == {
        0: "missed",
        2: "unseen",
        4: "unseen",
        6: "unknown_type",
        8: "missed",
        10: "spurious",
    }


def test_rows_say_whose_they_are(decisions_of):
    table = classify(decisions_of([wrong(3, 7, "Gene", text="brca", sentence_id=2)]))
    assert table.schema.equals(ERRORS_SCHEMA)
    assert table.to_pylist() == [
        {
            "model": "m",
            "tested": "t",
            "split": "test",
            "document_id": "d",
            "sentence_id": 2,
            "start": 3,
            "end": 7,
            "text": "brca",
            "type": "Gene",
            "side": "fp",
            "error": "spurious",
            "other_start": None,
            "other_end": None,
            "other_type": None,
            "score": pytest.approx(0.9),
        }
    ]


def test_nothing_decided_is_no_error(decisions_of):
    table = classify(decisions_of([]))
    assert table.schema.equals(ERRORS_SCHEMA)
    assert table.num_rows == 0
    assert count_errors(table).schema.equals(ERROR_COUNTS_SCHEMA)
    assert classify(decisions_of([right(0, 4)])).num_rows == 0


@st.composite
def decisions(draw):
    """Rows of distinct mentions that nest, cross and lie on each other a lot."""
    mention = st.tuples(
        st.sampled_from("de"),
        st.integers(0, 6),
        st.integers(1, 5),
        st.sampled_from(["Chemical", "Disease", "Gene"]),
    )
    states = st.sampled_from(["tp", "fp", "fn", "fn", "unjudged", "unfit", "crossing", "unknown"])
    rows = []
    for document, start, length, type_ in draw(st.lists(mention, unique=True, max_size=14)):
        state = draw(states)
        rows.append(
            missed(
                start,
                start + length,
                type_,
                document_id=document,
                gold=state not in ("fp", "unjudged"),
                predicted=state in ("tp", "fp", "unjudged"),
                in_inventory=state != "unjudged",
                known=state != "unknown",
                text=draw(st.sampled_from(["gout", "flu"])),
                **({"fits_words": False} if state == "unfit" else {}),
                **({"crosses_sentence": True} if state == "crossing" else {}),
            )
        )
    return rows


SEEN = pa.Table.from_pylist(
    [{"model": "m", "string": "gout", "type": "Disease", "mentions": 1}], schema=SEEN_SCHEMA
)


def key(row):
    return row["document_id"], row["start"], row["end"], row["type"]


def side_of(row):
    if row["gold"] == row["predicted"] or not (row["in_inventory"] or row["predicted"]):
        return None
    return "unjudged" if not row["in_inventory"] else "fn" if row["gold"] else "fp"


def explained(rows):
    """The module's table, read row by row, each mention with each: key → (class, partner)."""
    sides = {key(row): side_of(row) for row in rows}

    def near(row, chosen):
        return [
            other
            for other in rows
            if other["document_id"] == row["document_id"]
            and other["start"] < row["end"]
            and row["start"] < other["end"]
            and chosen(other)
        ]

    def false(row, other):
        return {sides[key(row)], sides[key(other)]} == {"fp", "fn"}

    def in_pieces(row, side):
        parts = near(row, lambda o: false(row, o) and o["type"] == row["type"])
        return sides[key(row)] == side and any(
            one["end"] <= other["start"] for one in parts for other in parts
        )

    def case(row, other):
        same_span = (row["start"], row["end"]) == (other["start"], other["end"])
        same_type = row["type"] == other["type"]
        unjudged_one = "unjudged" in (sides[key(row)], sides[key(other)])
        if false(row, other):
            if same_span:
                return 0, "type"
            if same_type and (in_pieces(row, "fn") or in_pieces(other, "fn")):
                return 1, "split"
            if same_type and (in_pieces(row, "fp") or in_pieces(other, "fp")):
                return 2, "merged"
            return (3, "boundary") if same_type else (5, "boundary_and_type")
        if same_span:
            return 4, "type"
        return None if unjudged_one else (6, "nesting")

    def shared(row, other):
        both = min(row["end"], other["end"]) - max(row["start"], other["start"])
        return both / (row["end"] - row["start"] + other["end"] - other["start"] - both)

    answers = {}
    for row in rows:
        side = sides[key(row)]
        if side is None:
            continue
        others = near(row, (lambda o: o["predicted"]) if side == "fn" else (lambda o: o["gold"]))
        ranked = sorted(
            (case(row, o), -shared(row, o), o["start"], o["end"], o["type"])
            for o in others
            if case(row, o)
        )
        error = ranked[0][0][1] if ranked else {"fn": "missed", "fp": "spurious"}.get(side)
        if error == "missed" and (row["text"], row["type"]) != ("gout", "Disease"):
            error = "unseen"
        if side == "unjudged":
            error = "out_of_inventory"
        elif side == "fn" and not row.get("fits_words", True):
            error = "inexpressible"
        elif side == "fn" and row.get("crosses_sentence"):
            error = "cross_sentence"
        elif side == "fn" and not row["known"]:
            error = "unknown_type"
        answers[key(row)] = (side, error, tuple(ranked[0][2:]) if ranked else None)
    return answers


@settings(max_examples=60, deadline=None)
@given(rows=decisions())
def test_classes_are_those_of_the_table(decisions_of, rows):
    table = classify(decisions_of(rows), seen=SEEN)
    found = {
        key(row): (side, error, other)
        for row, (_, _, side, error, other) in zip(table.to_pylist(), found_in(table), strict=True)
    }
    assert found == explained(rows)
    assert table.num_rows == len(found)


@settings(max_examples=30, deadline=None)
@given(rows=decisions())
def test_classes_add_up_to_the_counts(decisions_of, rows):
    table = decisions_of(rows)
    counts, errors = count(table), count_errors(classify(table, seen=SEEN))
    for side in ("fp", "fn"):
        expected = Counter()
        for row in counts.to_pylist():
            expected[row["type"]] += row[side]
        found = Counter()
        for row in errors.filter(pc.field("side") == side).to_pylist():
            found[row["type"]] += row["mentions"]
        assert +found == +expected
    structural = pc.field("error").isin(["inexpressible", "cross_sentence"])
    number = pc.sum(errors.filter(structural)["mentions"]).as_py() or 0
    assert number == (pc.sum(counts["inexpressible"]).as_py() or 0)
    open_ = errors.filter(pc.field("side") == "unjudged")
    assert (pc.sum(open_["mentions"]).as_py() or 0) == sum(not r["in_inventory"] for r in rows)
    assert set(errors["side"].to_pylist()) <= set(SIDES)
    assert set(errors["error"].to_pylist()) <= set(ERRORS)


@settings(max_examples=20, deadline=None)
@given(rows=decisions(), data=st.data())
def test_the_order_of_rows_does_not_matter(decisions_of, rows, data):
    shuffled = data.draw(st.permutations(rows))
    assert classify(decisions_of(rows)).equals(classify(decisions_of(shuffled)))


@settings(max_examples=15, deadline=None)
@given(rows=decisions())
def test_models_and_corpora_do_not_disturb_each_other(decisions_of, rows):
    others = [{**row, "model": "n"} for row in rows] + [{**row, "tested": "u"} for row in rows]
    alone = classify(decisions_of(rows))
    among = classify(decisions_of(others + rows))
    assert among.filter((pc.field("model") == "m") & (pc.field("tested") == "t")).equals(alone)
    assert among.num_rows == 3 * alone.num_rows
