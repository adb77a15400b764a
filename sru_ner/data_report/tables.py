"""The data report's tables as CSV and Markdown; they have no corpus text and may be committed."""

from collections.abc import Iterable, Mapping, Sequence

from sru_ner.corpora.source import Source
from sru_ner.data_report.agreement import OTHER_BOUNDARIES, UNMARKED, Agreement
from sru_ner.data_report.corpus_statistics import CorpusStatistics
from sru_ner.dataset.schema import SPLITS
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.markdown import markdown_table

SHOWN_FROM = 50
"""Smallest number of occurrences for which pictures and Markdown show shares."""


def corpora_csv(statistics: Iterable[CorpusStatistics]) -> str:
    """Return the sizes of each source and split as CSV."""
    rows = [
        (found.source, split, size.documents, size.sentences, size.words, size.mentions)
        for found in statistics
        for split, size in found.splits.items()
    ]
    return csv_text(("source", "split", "documents", "sentences", "words", "mentions"), rows)


def types_csv(statistics: Iterable[CorpusStatistics]) -> str:
    """Return the mentions of each source, split and type as CSV."""
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
    """Return licence, sizes and mentions of each source as Markdown."""
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
        + "\ntrain, dev, test: mentions. nested: mentions inside another one. deepest: levels of"
        " nesting.\n"
    )


def agreement_csv(rows: Iterable[Agreement]) -> str:
    """Return as CSV how each source's strings of a type are annotated in each other source."""
    return csv_text(
        ("source", "type", "other", "standing", "strings", "outcome", "occurrences"),
        (
            (row.source, row.type, row.other, row.status, row.strings, outcome, count)
            for row in rows
            for outcome, count in row.outcomes.items()
        ),
    )


def agreement_markdown(rows: Iterable[Agreement]) -> str:
    """Return as Markdown the shares of outcomes where the other source annotates the type, too."""
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
        " looked up in the other sources that annotate the type. The figures are shares of the"
        f" occurrences there, if there are at least {SHOWN_FROM}.\n\n"
        + markdown_table(headings, shown, numbers=6)
    )


def comparable(row: Agreement) -> bool:
    """Return whether the other source annotates the type, and has enough occurrences."""
    return row.status == "annotated" and row.occurrences >= SHOWN_FROM
