"""The sections of a review, as tables that its page and its Markdown both show."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sru_ner.evaluation.errors.classes import ERRORS
from sru_ner.evaluation_report.clear_best import SIGNIFICANT
from sru_ner.rendering.amounts import counted, percent
from sru_ner.review.comparison import CANDIDATE, CHAMPION, Difference
from sru_ner.review.evidence import Evidence
from sru_ner.review.gates import failed
from sru_ner.review.gather import Findings, Review

_TESTED = ("difference", "interval", "adjusted p", "documents")
_SIDES = {"fp": "found, but wrong", "fn": "not found"}


@dataclass(frozen=True, slots=True)
class Table:
    """A table without corpus text."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: int = 0
    """Number of columns with numbers, which come last."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a review."""

    title: str
    text: str = ""
    tables: tuple[Table, ...] = ()


def sections(review: Review) -> tuple[Section, ...]:
    """Return all sections, in the order in which a reviewer needs them."""
    findings = review.findings
    return (
        _gates(findings),
        _matrix(findings),
        _worse(findings),
        _errors(findings),
        _scores(findings),
        _judged(findings),
        _speed(findings),
        _training(review),
        _changes(review),
    )


def verdict(findings: Findings) -> str:
    """Say in a sentence whether the gates are passed."""
    if not findings.gates:
        return "No gate applies."
    if not (open_ := failed(findings.gates)):
        return f"{_capital(counted(len(findings.gates), 'gate'))} passed, none failed."
    return f"{len(open_)} of {counted(len(findings.gates), 'gate')} not passed."


def against(findings: Findings) -> str:
    """Name the version that the reviewed one is held to."""
    return "no other version" if findings.champion is None else findings.champion.record.title


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _gates(findings: Findings) -> Section:
    rows = [(gate.name, gate.required, gate.found, gate.status) for gate in findings.gates]
    tables = (Table(("gate", "required", "found", "result"), rows),) if rows else ()
    return Section("Gates", f"{verdict(findings)} `review` in `params.yaml` sets them.", tables)


def _matrix(findings: Findings) -> Section:
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


def _worse(findings: Findings) -> Section:
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


def _errors(findings: Findings) -> Section:
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


def _scores(findings: Findings) -> Section:
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


def _judged(findings: Findings) -> Section:
    judged = findings.judged
    if judged is None:
        text = "There are no verdicts of people about this version."
        return Section("Human assessment", text)
    between = "" if judged.low is None else f" ({percent(judged.low)}–{percent(judged.high)})"
    text = (
        f"Precision (%) according to {counted(judged.assessors, 'assessor')}:"
        f" {percent(judged.precision)}{between}, from {counted(judged.items, 'item')}."
    )
    return Section("Human assessment", text)


def _speed(findings: Findings) -> Section:
    if not findings.speeds:
        return Section("Speed and size", "They were not measured.")
    names = {CHAMPION: against(findings), CANDIDATE: findings.candidate.record.title}
    rows = [
        (
            names[side],
            f"{speed.milliseconds:.1f}",
            f"{speed.words_per_second:,.0f}",
            f"{speed.megabytes:.1f}",
        )
        for side in (CHAMPION, CANDIDATE)
        if (speed := findings.speeds.get(side))
    ]
    text = "Measured in turn on the machine of this review, on synthetic abstracts."
    headings = ("version", "milliseconds for one abstract", "words per second", "megabytes")
    return Section("Speed and size", text, (Table(headings, rows, 3),))


def _training(review: Review) -> Section:
    sources = Table(
        ("corpus", "types", "licence", "data set and digest"),
        [
            (f"{each.title} ({each.name})", ", ".join(each.types), each.licence, each.data or "–")
            for each in review.sources
        ],
    )
    made = Table(("made by", ""), [*review.made.items()])
    hashes = [(path, md5) for each in review.sources for path, md5 in each.tables.items()]
    tables = [sources, *([made] if review.made else [])]
    tables += [Table(("table", "MD5 in dvc.lock"), hashes, title="Data")] if hashes else []
    record = review.findings.candidate.record
    tables += [Table(("setting", "value"), sorted(record.params.items()), title="Settings")]
    return Section("What it was trained on", "", tuple(tables))


def _changes(review: Review) -> Section:
    if review.findings.champion is None:
        return Section("What changed", "There is no champion to compare it with.")
    if not review.changed:
        return Section("What changed", f"Nothing that is known, since {against(review.findings)}.")
    rows = [(each.what, each.before, each.after) for each in review.changed]
    title = review.findings.candidate.record.title
    return Section(
        "What changed", "", (Table(("setting or data", against(review.findings), title), rows),)
    )
