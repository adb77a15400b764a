from collections import Counter

import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.decisions.counts import count
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.evaluation.errors.changes import (
    CHANGES,
    CHANGES_SCHEMA,
    compare,
)
from sru_ner.evaluation.errors.classes import classify


def compared(table, before="a", after="b"):
    return compare(table, classify(table), before=before, after=after)


def of_both(*mentions):
    """Rows of models `a` and `b`, of (start, gold, predicted by a, predicted by b)."""
    return [
        {"model": model, "start": start, "end": start + 1, "gold": gold, "predicted": predicted}
        for start, gold, *found in mentions
        for model, predicted in zip("ab", found, strict=True)
        if gold or predicted
    ]


def test_what_changed(decisions_of):
    rows = of_both(
        (0, True, True, True),
        (1, True, False, True),
        (2, True, True, False),
        (3, True, False, False),
        (4, False, True, False),
        (5, False, False, True),
        (6, False, True, True),
    )
    rows[0]["score"] = 0.25
    rows.append({"model": "a", "gold": False, "predicted": True, "in_inventory": False})
    table = compared(decisions_of(rows))
    assert table.schema.equals(CHANGES_SCHEMA)
    found = table.to_pylist()
    assert [
        (r["start"], r["gold"], r["change"], r["error_before"], r["error_after"]) for r in found
    ] == [
        (0, True, "both_right", None, None),
        (1, True, "gained", "missed", None),
        (2, True, "lost", None, "missed"),
        (3, True, "both_wrong", "missed", "missed"),
        (4, False, "gained", "spurious", None),
        (5, False, "lost", None, "spurious"),
        (6, False, "both_wrong", "spurious", "spurious"),
    ]
    assert {row["change"] for row in found} == set(CHANGES)
    assert (found[0]["score_before"], found[0]["score_after"]) == (0.25, pytest.approx(0.9))
    assert found[4]["score_after"] is None
    assert {(row["text"], row["sentence_id"]) for row in found} == {("x", 0)}


def test_only_corpora_that_both_were_tested_on(decisions_of):
    rows = of_both((0, True, True, False))
    rows += [{"model": "a", "tested": "u"}, {"model": "b", "tested": "v"}]
    assert compared(decisions_of(rows))["tested"].to_pylist() == ["t"]


def test_other_gold_mentions_are_an_error(decisions_of):
    table = decisions_of([*of_both((0, True, True, True)), {"model": "a", "start": 7, "end": 8}])
    with pytest.raises(InputError, match=r"same gold mentions: they differ in 1 mention\n"):
        compared(table)


def test_an_unknown_model_lists_those_there_are(decisions_of):
    with pytest.raises(UnknownNameError, match="choose one of: a, b"):
        compared(decisions_of(of_both((0, True, True, True))), after="c")


mentions = st.lists(
    st.tuples(st.integers(0, 9), st.booleans(), st.booleans(), st.booleans()),
    max_size=9,
    unique_by=lambda mention: mention[0],
)


@given(mentions)
@settings(deadline=None, max_examples=15)
def test_changes_add_up_to_the_difference_of_the_counts(decisions_of, mentions):
    table = decisions_of(of_both((90, True, True, True), *mentions))
    changes = compared(table)
    numbers = Counter(zip(changes["change"].to_pylist(), changes["gold"].to_pylist(), strict=True))
    counts = {
        model: {name: pc.sum(found[name]).as_py() or 0 for name in ("tp", "fp", "fn")}
        for model in "ab"
        for found in [count(table.filter(pc.field("model") == model))]
    }
    assert counts["b"]["tp"] - counts["a"]["tp"] == numbers["gained", True] - numbers["lost", True]
    assert (
        counts["a"]["fp"] - counts["b"]["fp"] == numbers["gained", False] - numbers["lost", False]
    )
    assert counts["a"]["fn"] == numbers["gained", True] + numbers["both_wrong", True]
    assert numbers["both_right", False] == 0
    back = compared(table, before="b", after="a")
    assert Counter(back["change"].to_pylist()) == Counter(
        {"gained": "lost", "lost": "gained"}.get(change, change)
        for change in changes["change"].to_pylist()
    )


def test_a_model_has_not_changed_from_itself(decisions_of):
    table = decisions_of(of_both((0, True, True, True), (1, True, False, True)))
    found = compared(table, after="a")
    assert set(found["change"].to_pylist()) == {"both_right", "both_wrong"}
