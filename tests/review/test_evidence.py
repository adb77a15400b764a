"""A version that was registered by other means has a review, which says what is not known."""

from sru_ner.registry.records import VersionRecord
from sru_ner.review import compared
from sru_ner.review.comparison import Comparison, compare
from sru_ner.review.evidence import gather_evidence
from sru_ner.review.gates import check_gates
from sru_ner.review.gather import Findings
from sru_ner.review.section import verdict
from sru_ner.settings.sections import ReviewSettings

BARE = VersionRecord("m", "1")


def test_a_version_without_a_run_has_no_figures_and_passes_no_gate(tmp_path):
    evidence = gather_evidence(BARE, tmp_path)
    assert (evidence.cells, evidence.decisions, evidence.f1("t")) == ({}, None, None)
    assert compare(evidence, evidence, draws=10) == Comparison()
    settings = ReviewSettings(least_f1={"t": 0.1}, largest_leakage=0.5)
    gates = check_gates(settings, evidence, evidence, Comparison(), judged=None, speed=None)
    assert {gate.status for gate in gates} == {"not known"}
    findings = Findings(evidence, evidence, Comparison(), None, {}, gates)
    assert verdict(findings) == "3 of 3 gates not passed."
    shown = [part(findings) for part in (compared.figures, compared.types, compared.errors)]
    assert [section.tables for section in shown] == [(), (), ()]
    assert all(section.text for section in shown)
