"""Write the data report: a page that quotes the corpora, and tables without corpus text."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.source import Source
from sru_ner.data_report import tables
from sru_ner.data_report.agreement import OTHER_BOUNDARIES, UNMARKED, Agreement, compare
from sru_ner.data_report.corpus_statistics import CorpusStatistics, measure
from sru_ner.data_report.examples import Example, choose_examples
from sru_ner.data_report.pictures import draw_gaps
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SPLITS
from sru_ner.files import read_json, write_text
from sru_ner.inventories.exports import in_words
from sru_ner.inventories.exports import write as write_inventory
from sru_ner.inventories.table import STATUSES, InventoryTable, from_corpus, tabulate
from sru_ner.leakage.overlap import find_leakage
from sru_ner.leakage.pairs import Leakage
from sru_ner.leakage.summary import grid, overlap_rows, write_summary
from sru_ner.rendering.amounts import counted, percent
from sru_ner.rendering.drawing import colours_of, draw_spans
from sru_ner.rendering.pages import render_page

TEMPLATE = "data_report/report.html.j2"


@dataclass(frozen=True, slots=True)
class DataReport:
    """Data of the page and the tables."""

    sources: tuple[Source, ...]
    statistics: Mapping[str, CorpusStatistics]
    examples: Mapping[str, list[Example]]
    outcomes: Mapping[str, Mapping[str, Any]]
    """Reports of harmonising, by source."""
    inventories: InventoryTable
    leakage: Leakage
    agreement: Sequence[Agreement]


def gather(corpora: Iterable[Corpus], reports: Path) -> DataReport:
    """Compute the data of the report for some harmonised sources.

    reports: folder of the reports of harmonising. Raises what `Corpus` and `find_source` raise, and
    `InputError` for a report that is missing.
    """
    by_name = {corpus.name: corpus for corpus in sorted(corpora, key=lambda corpus: corpus.name)}
    inventories = tabulate([from_corpus(corpus) for corpus in by_name.values()])
    return DataReport(
        sources=tuple(find_source(name) for name in by_name),
        statistics={name: measure(corpus) for name, corpus in by_name.items()},
        examples={name: choose_examples(corpus) for name, corpus in by_name.items()},
        outcomes={name: _read_outcome(reports, name) for name in by_name},
        inventories=inventories,
        leakage=find_leakage(by_name.values()),
        agreement=compare(by_name, inventories),
    )


def write_report(folder: Path, report: DataReport) -> None:
    """Write the page, the tables and the pictures; other files of the folder are kept."""
    statistics = list(report.statistics.values())
    catalog = {source.name: source for source in report.sources}
    refused = {name: found["mentions"]["refused"] for name, found in report.outcomes.items()}
    write_text(folder / "corpora.csv", tables.corpora_csv(statistics))
    write_text(folder / "corpora.md", tables.corpora_markdown(statistics, catalog, refused))
    write_text(folder / "types.csv", tables.types_csv(statistics))
    write_text(folder / "gaps.csv", tables.agreement_csv(report.agreement))
    write_text(folder / "gaps.md", tables.agreement_markdown(report.agreement))
    draw_gaps(report.agreement, folder / "gaps.png")
    write_summary(folder, report.leakage)
    for ending in ("csv", "md", "png"):
        write_inventory(report.inventories, folder / f"inventory.{ending}")
    write_text(folder / "index.html", report_page(report))


def report_page(report: DataReport) -> str:
    """Return the self-contained page. It quotes the corpora, so their licences apply to it."""
    found = grid(report.leakage, "test")
    return render_page(
        TEMPLATE,
        splits=SPLITS,
        sources=[_source(report, source) for source in report.sources],
        inventories=report.inventories,
        in_words=in_words,
        statuses={key: meaning for key, (_, meaning) in STATUSES.items()},
        grid=found,
        own=[row for row in overlap_rows(report.leakage) if row.learned == row.tested],
        gaps=_gaps(report.agreement),
        columns=sorted({row.other for row in report.agreement if tables.comparable(row)}),
        unmarked=UNMARKED,
        other_boundaries=OTHER_BOUNDARIES,
        counted=counted,
        percent=percent,
        least=tables.SHOWN_FROM,
    )


def _source(report: DataReport, source: Source) -> dict[str, Any]:
    statistics = report.statistics[source.name]
    colours = colours_of(statistics.types)
    return {
        "entry": source,
        "numbers": statistics,
        "outcome": report.outcomes[source.name],
        "colours": colours,
        "most": max((sum(c.values()) for c in statistics.types.values()), default=1),
        "examples": [
            (example, draw_spans(example.text, example.labelled(colours)))
            for example in report.examples[source.name]
        ],
    }


def _gaps(rows: Sequence[Agreement]) -> list[tuple[str, str, dict[str, Agreement]]]:
    """Return (source, type, {other source: row}), where there is a comparable row."""
    grouped: dict[tuple[str, str], dict[str, Agreement]] = {}
    for row in rows:
        if tables.comparable(row):
            grouped.setdefault((row.source, row.type), {})[row.other] = row
    return [(source, type_, others) for (source, type_), others in grouped.items()]


def _read_outcome(reports: Path, name: str) -> dict[str, Any]:
    path = Path(reports, f"{name}.json")
    return dict(read_json(path, remedy=f"run `sru-ner harmonize {name}`"))
