"""Mention counts of each corpus: in its files, kept and published, with their difference."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from sru_ner.corpora.source import Source
from sru_ner.files import read_json
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.markdown import markdown_table

_UNCHECKED = "The published counts were not checked against the paper."


@dataclass(frozen=True, slots=True)
class CountRow:
    """Counts of one corpus in one split, or in several splits together."""

    source: str
    splits: str
    """Name of a split, or names joined by `+`."""
    in_files: int
    kept: int
    repaired: int
    dropped: int
    refused: int
    published: int | None
    """Published number of mentions; None if it is not known."""
    difference: int | None
    """Number of mentions in the files minus the published number."""
    note: str
    """Reason for the difference, from the catalog."""


def count_rows(sources: Iterable[Source], reports: Path) -> list[CountRow]:
    """Return the counts of harmonised sources, in the order given.

    A source has a row for each published count, or one row for all splits. `reports` is the folder
    of the reports on harmonising. Raises `InputError` if one is missing.
    """
    return [row for source in sources for row in _rows(source, reports / f"{source.name}.json")]


def _rows(source: Source, path: Path) -> list[CountRow]:
    report = read_json(path, remedy=f"run `sru-ner harmonize {source.name}`")
    counted = "+".join(report["splits"])
    unchecked = source.published and source.published_unchecked
    rows = []
    for splits in source.published or (counted,):
        parts = [
            report["splits"][s]["mentions"] for s in splits.split("+") if s in report["splits"]
        ]
        found = {key: sum(part[key] for part in parts) for key in parts[0]} if parts else {}
        published = source.published.get(splits)
        in_files = found.get("in_file", 0)
        rows.append(
            CountRow(
                source=source.name,
                splits=splits,
                in_files=in_files,
                kept=found.get("kept", 0),
                repaired=found.get("repaired", 0),
                dropped=found.get("dropped", 0),
                refused=found.get("refused", 0),
                published=published,
                difference=None if published is None else in_files - published,
                note=" ".join(filter(None, (_UNCHECKED if unchecked else None, source.note))),
            )
        )
    return rows


def as_csv(rows: Iterable[CountRow]) -> str:
    """Return all columns as CSV; a cell is empty if nothing is known."""
    return csv_text([field.name for field in fields(CountRow)], map(astuple, rows))


def as_markdown(rows: Iterable[CountRow]) -> str:
    """Return a Markdown table: a dash if nothing is known, the note in a corpus's first row."""
    shown, before = [], ""
    for row in rows:
        numbers = (row.in_files, row.kept, row.repaired, row.dropped, row.refused)
        published = "–" if row.published is None else f"{row.published:,}"
        difference = "–" if row.difference is None else f"{row.difference:+,}"
        note = row.note if row.source != before else ""
        counts = [*(f"{n:,}" for n in numbers), published, difference]
        shown.append([row.source, row.splits, *counts, note])
        before = row.source
    counted = ("in the files", "kept", "repaired", "left out", "refused", "published", "difference")
    headings = ("corpus", "splits", *counted, "explained")
    return markdown_table(headings, shown, numbers=len(counted), after=1)
