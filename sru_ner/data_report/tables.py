"""The data report's figures as CSV and Markdown, without corpus text: they may be committed."""

from collections.abc import Iterable, Mapping, Sequence

from sru_ner.corpora.source import Source
from sru_ner.data_report.agreement import OTHER_BOUNDARIES, UNMARKED, Agreement
from sru_ner.data_report.corpus_statistics import CorpusStatistics
from sru_ner.dataset.schema import SPLITS
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.markdown import markdown_table

SHOWN_FROM = 50
"""Occurrences from which shares are shown in pictures and Markdown."""


def corpora_csv(statistics: Iterable[CorpusStatistics]) -> str:
    """One row per source and split."""
    rows = [
        (found.source, split, size.documents, size.sentences, size.words, size.mentions)
        for found in statistics
        for split, size in found.splits.items()
    ]
    return csv_text(("source", "split", "documents", "sentences", "words", "mentions"), rows)


def types_csv(statistics: Iterable[CorpusStatistics]) -> str:
    """One row per source, split and type with its mentions."""
    rows = [
        (found.source, split, type_, counts[split])
        for found in statistics
        for type_, counts in found.types.items()
        for split in SPLITS
        if split in found.splits
    ]
    return csv_text(("source", "split", "type", "mentions"), rows)


def corpora_markdown(
    statistics: Sequence[CorpusStatistics],
    catalog: Mapping[str, Source],
    refused: Mapping[str, int],
) -> str:
    """One row per source: licence, sizes, mentions by split, nested ones, refused ones."""
    rows = []
    for found in statistics:
        total = found.total
        mentions = (f"{found.splits[s].mentions:,}" if s in found.splits else "" for s in SPLITS)
        rows.append(
            [
                found.source,
                catalog[found.source].licence,
                f"{total.documents:,}",
                f"{total.sentences:,}",
                f"{total.words:,}",
                *mentions,
                len(found.types),
                f"{found.nested:,}",
                len(found.depths),
                f"{refused[found.source]:,}",
            ]
        )
    sizes = ("documents", "sentences", "words", *SPLITS, "types", "nested", "deepest", "refused")
    return (
        "# Harmonised corpora\n\n"
        + markdown_table(("source", "licence", *sizes), rows, numbers=len(sizes))
        + "\ntrain, dev, test: mentions. nested: mentions inside another. deepest: levels of"
        " nesting.\n"
    )


def agreement_csv(rows: Iterable[Agreement]) -> str:
    """Type × type: one row per source, type, other source and what its strings are there."""
    return csv_text(
        ("source", "type", "other", "standing", "strings", "outcome", "occurrences"),
        (
            (row.source, row.type, row.other, row.standing, row.strings, outcome, count)
            for row in rows
            for outcome, count in row.outcomes.items()
        ),
    )


def agreement_markdown(rows: Iterable[Agreement]) -> str:
    """Shares of the outcomes where the other source annotates the type as well."""
    shown = []
    for row in rows:
        if comparable(row):
            shares = [
                row.share(row.type),
                row.other_types / row.occurrences,
                row.share(OTHER_BOUNDARIES),
                row.share(UNMARKED),
            ]
            cells = [row.source, row.type, row.other, f"{row.strings:,}", f"{row.occurrences:,}"]
            shown.append([*cells, *(f"{percent(share, decimals=0)}%" for share in shares)])
    outcomes = ("same type", "another type", "other boundaries", "unmarked")
    headings = ("source", "type", "in", "strings", "occurrences", *outcomes)
    return (
        "# Annotation gaps: the strings of one source in another\n\n"
        "Strings that a source marks as a type (at least twice, and in half of their occurrences),"
        f" looked up in the sources that annotate the type too; from {SHOWN_FROM} occurrences."
        " Shares of the occurrences there.\n\n" + markdown_table(headings, shown, numbers=6)
    )


def comparable(row: Agreement) -> bool:
    """Whether both sources annotate the type, and there is enough to tell."""
    return row.standing == "annotated" and row.occurrences >= SHOWN_FROM
