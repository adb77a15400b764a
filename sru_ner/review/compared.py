"""The sections of a review about figures: both versions side by side, with tests."""

from collections.abc import Collection

from sru_ner.evaluation.errors.classes import ERRORS
from sru_ner.evaluation_report.clear_best import SIGNIFICANT
from sru_ner.rendering.amounts import counted, percent
from sru_ner.review.comparison import Difference
from sru_ner.review.evidence import Evidence
from sru_ner.review.gather import Findings
from sru_ner.review.section import Section, Table, against

_TESTED = ("difference", "interval", "adjusted p", "documents")
_SIDES = {"fp": "found, but wrong", "fn": "not found"}


def figures(findings: Findings) -> Section:
    """Show micro F1 on each tested corpus."""
    candidate, champion = findings.candidate, findings.champion
    if not candidate.cells:
        text = "The run of this version kept no evaluation, so there are no figures."
        return Section("Figures", text)
    scope = "types of the tested corpus" if candidate.shown == "inventory" else "types it knows"
    text = (
        f"Micro F1 (%) on the {candidate.split} split, exact mentions, over the {scope}, with the"
        " 95 % interval."
    )
    if champion is None:
        alone = [(tested, _figure(candidate, tested)) for tested in candidate.cells]
        return Section("Figures", text, (Table(("tested on", candidate.record.title), alone, 1),))
    tested_on = list(dict.fromkeys([*candidate.cells, *champion.cells]))
    rows = [
        (
            tested,
            _figure(champion, tested),
            _figure(candidate, tested),
            *_tested(findings.comparison.cells.get(tested)),
        )
        for tested in tested_on
    ]
    headings = (
        *("tested on", champion.record.title, candidate.record.title),
        *_TESTED,
    )
    text += (
        " The difference is over the documents and types that both are scored on."
        f" It is significant if the adjusted p is at most {SIGNIFICANT}: it is of a paired"
        " randomisation over documents, with Holm's correction."
    )
    for name, why in findings.comparison.untested.items():
        text += f" There is no test on {name}: {why}."
    return Section("Figures beside the champion's", text, (Table(headings, rows, 6),))


def _figure(evidence: Evidence, tested: str) -> str:
    f1 = evidence.f1(tested)
    low, high = evidence.intervals.get(tested, (None, None))
    between = "" if f1 is None or low is None else f" ({percent(low)}–{percent(high)})"
    mark = evidence.cells.get(tested, {}).get("mark", "")
    return " ".join(filter(None, [f"{percent(f1)}{between}", mark]))


def _tested(difference: Difference | None) -> tuple[str, str, str, str]:
    if difference is None:
        return ("–", "–", "–", "–")
    low, high = difference.low, difference.high
    between = "–" if low is None else f"{percent(low)} to {percent(high)}"
    p = difference.p_adjusted
    shown = f"{p:.3f}" if p >= 0.001 else "< 0.001"
    return (f"{100 * difference.value:+.1f}", between, shown, f"{difference.documents:,}")


def types(findings: Findings) -> Section:
    """Show F1 of each type, those that got worse first."""
    worse = [each for each in findings.comparison.types if each.value < 0]
    better = [each for each in reversed(findings.comparison.types) if each.value > 0]
    if not findings.comparison.types:
        return Section("Types that got worse", "There is no type that can be compared.")
    text = (
        f"F1 (%) of {counted(len(findings.comparison.types), 'type')} that both know, on the same"
        f" texts: {len(worse)} lower than before, {len(better)} higher."
    )
    headings = (
        *("tested on", "type", against(findings), findings.candidate.record.title),
        *_TESTED,
    )
    tables = [
        Table(
            headings,
            [
                (
                    *(each.tested, each.type, percent(each.champion), percent(each.candidate)),
                    *_tested(each),
                )
                for each in found
            ],
            6,
            title,
        )
        for title, found in (("Lower", worse), ("Higher", better))
        if found
    ]
    return Section("Types that got worse", text, tuple(tables))


def errors(findings: Findings) -> Section:
    """Show the errors of both by class."""
    shared = set(findings.candidate.cells)
    if findings.champion is not None:
        shared &= set(findings.champion.cells)
    sides = [each for each in (findings.champion, findings.candidate) if each is not None]
    counts = [_summed(side, shared) for side in sides]
    rows = [
        (meaning, _SIDES[side], *(f"{found.get((side, error), 0):,}" for found in counts))
        for error, meaning in ERRORS.items()
        for side in _SIDES
        if any(found.get((side, error)) for found in counts)
    ]
    if not rows:
        return Section("Errors", "The run of this version kept no errors.")
    headings = ("error", "side", *(side.record.title for side in sides))
    text = f"Counted over {counted(len(shared), 'corpus', 'corpora')}."
    return Section("Errors", text, (Table(headings, rows, len(sides)),))


def _summed(evidence: Evidence, corpora: Collection[str]) -> dict[tuple[str, str], int]:
    """Return (side, class) → errors of a version on some tested corpora."""
    found: dict[tuple[str, str], int] = {}
    for (tested, *kind), errors in evidence.errors.items():
        if tested in corpora:
            side, error = kind
            found[side, error] = found.get((side, error), 0) + errors
    return found


def scores(findings: Findings) -> Section:
    """Show how well scores are calibrated, and which tested documents the version learned from."""
    rows = []
    for tested in findings.candidate.cells:
        learned, documents = findings.candidate.leaked(tested)
        sides = [each for each in (findings.champion, findings.candidate) if each is not None]
        errors = [percent(side.calibration.get(tested)) for side in sides]
        overlap = f"{learned} of {documents:,}" if documents else "not known"
        rows.append((tested, *errors, overlap))
    if not rows:
        return Section("Calibration and contamination", "Nothing is known about either.")
    names = [f"{each.record.title}" for each in (findings.champion, findings.candidate) if each]
    headings = ("tested on", *(f"calibration error, {name}" for name in names), "contaminated")
    text = (
        "Expected calibration error (%): the mean distance between a score and the share of"
        " predictions that is right. Contaminated: tested documents that this version learned from"
        " and that are in its figure."
    )
    table = Table(headings, rows, len(names) + 1)
    return Section("Calibration and contamination", text, (table,))
