"""The sections of a review, as tables that its page and its Markdown both show."""

from sru_ner.rendering.amounts import counted, percent
from sru_ner.review import compared
from sru_ner.review.comparison import CANDIDATE, CHAMPION
from sru_ner.review.gather import Findings, Review
from sru_ner.review.section import Section, Table, against, verdict


def sections(review: Review) -> tuple[Section, ...]:
    """Return all sections, in the order in which a reviewer needs them."""
    findings = review.findings
    return (
        _gates(findings),
        compared.figures(findings),
        compared.types(findings),
        compared.errors(findings),
        compared.scores(findings),
        _judged(findings),
        _speed(findings),
        _training(review),
        _changes(review),
    )


def _gates(findings: Findings) -> Section:
    rows = [(gate.name, gate.required, gate.found, gate.status) for gate in findings.gates]
    tables = (Table(("gate", "required", "found", "result"), rows),) if rows else ()
    return Section("Gates", f"{verdict(findings)} `review` in `params.yaml` sets them.", tables)


def _judged(findings: Findings) -> Section:
    judged = findings.judged
    if judged is None:
        text = "There are no verdicts of people about this version."
        return Section("Human assessment", text)
    between = "" if judged.low is None else f" ({percent(judged.low)}–{percent(judged.high)})"
    people = "people" if judged.assessors is None else counted(judged.assessors, "assessor")
    text = (
        f"Precision (%) according to {people}: {percent(judged.precision)}{between}, from"
        f" {counted(judged.items, 'item')}."
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
