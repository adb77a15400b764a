"""Each gate passes and fails where it should; one that cannot be checked is not passed."""

import pytest

from sru_ner.registry.records import VersionRecord
from sru_ner.review.comparison import Comparison, Difference
from sru_ner.review.evidence import Evidence
from sru_ner.review.gates import check_gates, failed, need_speed
from sru_ner.review.judgements import Judged
from sru_ner.review.speed import Speed
from sru_ner.settings.sections import ReviewSettings

CELL = {
    "comparable": True,
    "inventory": {"micro": {"f1": 0.8}},
    "types": {"Gene": {"f1": 0.6}},
    "leakage": {"overlapping_documents": 2, "tested_documents": 10},
    "mark": "† 2",
}
CANDIDATE = Evidence(VersionRecord("m", "2"), cells={"t": CELL})
CHAMPION = Evidence(VersionRecord("m", "1"), cells={"t": CELL})


def difference(value: float, p: float) -> Comparison:
    found = Difference("t", None, 0.8, 0.8 - value, value, None, None, p, 10)
    return Comparison(cells={"t": found})


def statuses(settings: dict, **given) -> list[str]:
    values = {"champion": CHAMPION, "comparison": Comparison(), "judged": None, "speed": None}
    values |= given
    champion, comparison = values.pop("champion"), values.pop("comparison")
    settings = ReviewSettings(**{"largest_drop": None, **settings})
    return [
        gate.status for gate in check_gates(settings, CANDIDATE, champion, comparison, **values)
    ]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, []),
        ({"least_f1": {"t": 0.8}}, ["passed"]),
        ({"least_f1": {"t": 0.81}}, ["failed"]),
        ({"least_f1": {"t.Gene": 0.6}}, ["passed"]),
        ({"least_f1": {"t.Gene": 0.7}}, ["failed"]),
        ({"least_f1": {"t.Cell": 0.0}}, ["not known"]),
        ({"least_f1": {"other": 0.0}}, ["not known"]),
        ({"largest_leakage": 0.2}, ["passed"]),
        ({"largest_leakage": 0.1}, ["failed"]),
        ({"least_precision": 0.5}, ["not known"]),
        ({"slowest_milliseconds": 5, "largest_megabytes": 5}, ["not known", "not known"]),
    ],
)
def test_gates_of_one_version(settings, expected):
    assert statuses(settings) == expected


@pytest.mark.parametrize(
    ("value", "p", "expected"),
    [
        (-0.02, 0.01, "failed"),
        (-0.02, 0.2, "passed"),
        (-0.005, 0.01, "passed"),
        (0.1, 0.0, "passed"),
    ],
)
def test_only_a_significant_loss_fails(value, p, expected):
    assert statuses({"largest_drop": 0.01}, comparison=difference(value, p)) == [expected]


def test_without_a_champion_there_is_nothing_to_lose():
    assert statuses({"largest_drop": 0.0}, champion=None) == []
    assert statuses({"largest_drop": 0.0}) == ["not known"]


def test_judged_and_measured():
    judged, speed = Judged(0.7, None, None, 50, 2), Speed(10.0, 1000.0, 90.0)
    settings = {"least_precision": 0.7, "slowest_milliseconds": 9, "largest_megabytes": 90}
    assert statuses(settings, judged=judged, speed=speed) == ["passed", "failed", "passed"]
    assert need_speed(ReviewSettings(largest_megabytes=1))
    assert not need_speed(ReviewSettings())


def test_overlap_that_is_left_out_is_no_leakage():
    left_out = Evidence(VersionRecord("m", "2"), cells={"t": {**CELL, "mark": "‡ 2"}})
    gates = check_gates(
        ReviewSettings(largest_leakage=0.0), left_out, None, Comparison(), judged=None, speed=None
    )
    assert failed(gates) == ()
