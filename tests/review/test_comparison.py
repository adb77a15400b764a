"""Two versions are compared where both were tested on the same texts, and nowhere else."""

from dataclasses import replace

import pytest

from sru_ner.evaluation.confidence import significance
from sru_ner.evaluation.confidence.document_counts import count_by_document
from sru_ner.registry.records import VersionRecord
from sru_ner.review.comparison import CANDIDATE, CHAMPION, compare
from sru_ner.review.evidence import Evidence

DRAWS = 200
DOCUMENTS = tuple(f"d{number}" for number in range(10))


@pytest.fixture
def evidence(decisions_of):
    """What a version did: it finds the mention of its type in each of some documents."""

    def make(found: dict[str, set[str]], *, digest: str = "same", version: str = "1") -> Evidence:
        rows = [
            {"document_id": d, "type": type_, "start": i, "end": i + 1, "predicted": d in documents}
            for i, (type_, documents) in enumerate(sorted(found.items()))
            for d in DOCUMENTS
        ]
        datasets = {("evaluation", "t.test"): digest}
        cell = {"tested": "t", "comparable": True, "inventory": {"micro": {"f1": 0.5}}}
        return Evidence(
            record=VersionRecord("m", version, datasets=datasets),
            cells={"t": cell},
            decisions=decisions_of(rows),
            documents={"t": DOCUMENTS},
        )

    return make


ALL, HALF = set(DOCUMENTS), set(DOCUMENTS[:5])


def test_the_difference_is_that_of_the_suites_own_test(evidence):
    candidate = evidence({"Disease": HALF, "Gene": ALL}, version="2")
    champion = evidence({"Disease": ALL, "Gene": HALF})
    found = compare(candidate, champion, draws=DRAWS)
    both = found.decisions
    counts = count_by_document(both, {"t": list(DOCUMENTS)}, models=[CANDIDATE, CHAMPION])
    rows = significance.compare(counts, draws=DRAWS).to_pylist()
    [row] = [row for row in rows if row["scope"] == "inventory"]
    cell = found.cells["t"]
    assert (cell.value, cell.low, cell.high) == (row["difference"], row["low"], row["high"])
    assert cell.p_adjusted == row["p_adjusted"]
    assert cell.candidate - cell.champion == pytest.approx(cell.value)


def test_types_are_tested_one_by_one_and_the_largest_loss_comes_first(evidence):
    candidate = evidence({"Disease": set(), "Gene": ALL}, version="2")
    champion = evidence({"Disease": ALL, "Gene": HALF})
    worse, better = compare(candidate, champion, draws=DRAWS).types
    assert (worse.type, worse.candidate, worse.champion) == ("Disease", 0.0, 1.0)
    assert (better.type, better.value) == ("Gene", pytest.approx(1 - 2 / 3))
    assert worse.p_adjusted < better.p_adjusted
    assert (worse.significant, better.significant) == (True, False)


def test_equal_versions_do_not_differ(evidence):
    one, other = (evidence({"Disease": HALF}, version=v) for v in "12")
    [cell] = compare(one, other, draws=DRAWS).cells.values()
    assert (cell.value, cell.p_adjusted, cell.significant) == (0.0, 1.0, False)


def test_a_document_that_one_was_not_scored_on_does_not_count(evidence):
    candidate = evidence({"Disease": ALL}, version="2")
    champion = evidence({"Disease": HALF})
    champion = replace(champion, documents={"t": DOCUMENTS[:3]})
    found = compare(candidate, champion, draws=DRAWS)
    assert (found.cells["t"].documents, found.cells["t"].value) == (3, 0.0)
    assert found.scored == {"t": DOCUMENTS[:3]}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"decisions": None}, "m 1 was registered without its decisions"),
        ({"cells": {}}, "m 1 was not tested on it"),
        ({"split": "dev"}, "it is not known whether the texts are the same"),
        ({"cells": {"t": {"comparable": False}}}, "knows no type"),
    ],
)
def test_it_says_why_there_is_no_test(evidence, change, why):
    candidate, champion = evidence({"Disease": ALL}, version="2"), evidence({"Disease": HALF})
    found = compare(candidate, replace(champion, **change), draws=DRAWS)
    assert found.cells == {}
    assert why in found.untested["t"]


def test_changed_texts_are_not_compared(evidence):
    candidate = evidence({"Disease": ALL}, version="2")
    found = compare(candidate, evidence({"Disease": ALL}, digest="other"), draws=DRAWS)
    assert "have changed between the two tests" in found.untested["t"]
