"""The report on the verdicts of people: JSON, Markdown and a page, without any text of a document.

`reports/<suite>/judgements/metrics.json` is what other parts of a project read.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sru_ner.assessment.agreement import Agreement
from sru_ner.assessment.judgements import Judgements, counts
from sru_ner.assessment.precision import LEVEL, Precision, Share
from sru_ner.assessment.verdicts import Judgement
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.rendering.amounts import counted, percent
from sru_ner.rendering.markdown import markdown_table
from sru_ner.rendering.pages import render_page

TEMPLATE = "assessment/judgement_report.html.j2"
METRICS = "metrics.json"
SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the report: the last `numbers` columns are right-aligned."""

    title: str
    text: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int


def write_report(
    folder: Path,
    judgements: Judgements,
    precision: Sequence[Precision],
    agreements: Sequence[Agreement],
    *,
    title: str,
    note: str = "",
) -> None:
    """Write `metrics.json`, `report.md` and `index.html` into a folder, which they replace.

    note: a sentence on where the verdicts are from, which the report shows first.
    """
    summary = _summary(judgements)
    tables = [
        _precision_table(precision),
        *map(_agreement_table, agreements),
        _verdict_table(judgements),
        _fault_table(judgements),
    ]
    tables = [table for table in tables if table.rows]
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        write_json(
            fresh / METRICS, {**metrics(judgements, precision, agreements), "note": note or None}
        )
        write_text(fresh / "report.md", _markdown(title, note, summary, tables))
        page = render_page(TEMPLATE, title=title, note=note, summary=summary, tables=tables)
        write_text(fresh / "index.html", page)


def metrics(
    judgements: Judgements, precision: Sequence[Precision], agreements: Sequence[Agreement]
) -> dict[str, Any]:
    """Return all figures as JSON values."""
    missing = judgements.missing()
    return {
        "schema_version": SCHEMA_VERSION,
        "sample": judgements.items.digest,
        "level": LEVEL,
        "items": len(judgements.items.items),
        "open": len(missing),
        "verdicts": counts(judgements),
        "adjudicated": len(judgements.adjudicated),
        "disagreements": len(judgements.disagreements()),
        "faults": dict(Counter(fault.kind for _, fault in judgements.faults)),
        "precision": [_rounded(asdict(each)) for each in precision],
        "agreement": [_rounded(asdict(each)) for each in agreements],
    }


def _summary(judgements: Judgements) -> str:
    items, assessors = len(judgements.items.items), len(judgements.by_assessor)
    left = len(judgements.missing())
    return (
        f"{counted(items, 'item')}, {counted(assessors, 'assessor')}. {counted(left, 'item')}"
        f" {'lacks' if left == 1 else 'lack'} a verdict that was asked for. Assessors differ on"
        f" {counted(len(judgements.disagreements()), 'item')} that nobody settled;"
        f" {counted(len(judgements.adjudicated), 'item')} settled by adjudication."
    )


def _precision_table(precision: Sequence[Precision]) -> Table:
    # The name of the only model would push the last column out of a page's sight.
    models = sorted({each.model for each in precision})
    several = len(models) != 1
    rows = tuple(
        (
            *([each.model] if several else []),
            each.part if not each.name else f"{each.part}: {each.name}",
            str(each.judged),
            f"{each.predictions:,.0f}",
            f"{each.uncovered:,}",
            _share(each.strict),
            _share(each.lenient),
        )
        for each in precision
    )
    return Table(
        "Precision (%)" if several else f"Precision of {models[0]} (%)",
        "Share of right predictions, weighted back to all of the model's predictions from which"
        " the sample was drawn, with 95 % intervals. Strict: only “correct” counts. Lenient: “wrong"
        " boundary” counts, too. “Unsure” does not count at all. Not covered: items in strata of"
        " which none was judged.",
        (
            *(["model"] if several else []),
            "predictions",
            "judged",
            "stand for",
            "not covered",
            "strict",
            "lenient",
        ),
        rows,
        5,
    )


def _agreement_table(each: Agreement) -> Table:
    rows: list[tuple[str, ...]] = [
        ("raw agreement (%)", str(each.items), _share(each.raw)),
        ("Krippendorff's alpha", str(each.items), _coefficient(each.alpha)),
        ("Fleiss' kappa", "judged by all", _coefficient(each.fleiss)),
    ]
    rows += [
        (f"Cohen's kappa: {one}, {two}", str(items), _coefficient(kappa))
        for one, two, items, kappa in each.cohen
    ]
    text = f"Of {counted(each.items, 'item')} that two assessors or more judged. Not weighted."
    return Table(f"Agreement: {each.scale}", text, ("measure", "items", "value"), tuple(rows), 2)


def _verdict_table(judgements: Judgements) -> Table:
    rows = tuple(
        (name, *(str(given[judgement.value]) for judgement in Judgement))
        for name, given in counts(judgements).items()
    )
    heads = ("assessor", *(judgement.words for judgement in Judgement))
    return Table("Verdicts", "Not weighted.", heads, rows, len(Judgement))


def _fault_table(judgements: Judgements) -> Table:
    found = Counter(fault.kind for _, fault in judgements.faults)
    rows = tuple((kind, str(number)) for kind, number in sorted(found.items()))
    text = "What was wrong in the files. Each one is listed in `faults.csv`."
    return Table("Faults", text, ("fault", "number"), rows, 1)


def _markdown(title: str, note: str, summary: str, tables: Sequence[Table]) -> str:
    parts = [f"# {title}", *filter(None, [note]), summary]
    for table in tables:
        drawn = markdown_table(table.headings, table.rows, numbers=table.numbers)
        parts += [f"## {table.title}", table.text, drawn.rstrip()]
    return "\n\n".join(parts) + "\n"


def _share(share: Share | None) -> str:
    if share is None:
        return "–"
    return f"{percent(share.value)} ({percent(share.low)}–{percent(share.high)})"


def _coefficient(share: Share | None) -> str:
    if share is None:
        return "not defined"
    return f"{share.value:.2f} ({share.low:.2f} to {share.high:.2f})"


def _rounded(value: Any) -> Any:
    """Return JSON values with six decimals: further ones depend on the order of additions."""
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {key: _rounded(each) for key, each in value.items()}
    return [_rounded(each) for each in value] if isinstance(value, (list, tuple)) else value
