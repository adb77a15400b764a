"""Corpora of which nothing, or too little, can be used end with an error that says why."""

from collections import Counter
from pathlib import Path

import pytest

from sru_ner.corpora.incidents import Incident, Incidents
from sru_ner.corpora.source import read_entry
from sru_ner.errors import InputError
from sru_ner.harmonize.convert import Conversion
from sru_ner.harmonize.refusals import check_refusals
from sru_ner.harmonize.report import SplitOutcome
from tests.corpora.material import ENTRY

SOURCE = read_entry("mine", ENTRY)


def outcome(kept, refused):
    incidents = tuple(Incident("refused", "past_the_end") for _ in range(refused))
    conversion = Conversion(kept + refused, kept, 0, Counter(), incidents, 0)
    return SplitOutcome((), (conversion,), 0)


@pytest.fixture
def incidents():
    found = Incidents()
    for reason, times in [("duplicate", 1), ("past_the_end", 8), ("empty", 2), ("unclear", 1)]:
        place = {"line": times, "file": "a.jsonl", "detail": f"it is {reason}"}
        found.add(Incident("refused", reason, **place), times)
    return found


def check(splits, incidents, max_share=1.0):
    check_refusals(SOURCE, splits, incidents, Path("raw"), max_share)


@pytest.mark.parametrize("share", [0.01, 1.0])
def test_nothing_left_is_an_error_whatever_share_is_allowed(incidents, share):
    with pytest.raises(InputError) as caught:
        check({"train": outcome(0, 12)}, incidents, share)
    assert str(caught.value).splitlines()[:-1] == [
        "raw/mine: no mention of the split train can be used: all 12 are refused",
        "  8 × past_the_end, first raw/mine/a.jsonl:8: it is past_the_end",
        "  2 × empty, first raw/mine/a.jsonl:2: it is empty",
        "  1 × duplicate, first raw/mine/a.jsonl:1: it is duplicate",
        "  1 for other reasons",
    ]


def test_a_split_of_which_nothing_is_left_is_an_error_even_if_it_is_small(incidents):
    with pytest.raises(InputError, match="no mention of the split test"):
        check({"train": outcome(5000, 0), "test": outcome(0, 12)}, incidents)
    check({"train": outcome(5000, 0), "test": outcome(1, 11)}, incidents)


def test_the_share_may_be_reached_but_not_passed(incidents):
    check({"train": outcome(99, 1)}, incidents, 0.01)
    with pytest.raises(InputError, match="2 of 100 mentions refused, more than max_refused_share"):
        check({"train": outcome(98, 2)}, incidents, 0.01)


def test_a_corpus_without_any_mention_is_an_error():
    for splits in ({}, {"train": outcome(0, 0)}):
        with pytest.raises(InputError, match="there is no mention to learn from"):
            check(splits, Incidents())
