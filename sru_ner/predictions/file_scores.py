"""Figures of two files: a row for each way of matching and, if asked for, for each type."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass, fields
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.decisions.counts import Counts, Ratios, macro, total
from sru_ner.predictions.matching import STANDARD, count_matches, half_credit, parse_criterion
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.markdown import markdown_table

PARTIAL = "partial"
"""Way of matching that ignores types and counts a mention that is found in part as half."""
EVERY = (*map(str, STANDARD), PARTIAL)
"""All ways of matching that need no number; `all` means these."""
ALL_TYPES = "all"

HEADINGS = ("match", "mentions", "type", "P", "R", "F1", "macro", "gold", "pred", "right")
INTERVAL = "F1 from–to"
"""Heading of one more column, if rows have intervals."""


@dataclass(frozen=True, slots=True)
class Score:
    """One row of figures: a way of matching, and the mentions and types that it is over."""

    match: str
    """Name of the criterion, as in `matching`, or `partial`."""
    mentions: str
    """Mentions that are scored: `all`, `one sentence` (those within one), or a corpus's name."""
    type: str
    """Type that is scored, or `all` for all types together."""
    precision: float | None
    recall: float | None
    f1: float | None
    macro_precision: float | None
    """Mean over types; None where types do not matter, and in rows of one type."""
    macro_recall: float | None
    macro_f1: float | None
    gold: int
    predicted: int
    right: float
    """Number of true positives; for `partial` it may end in .5."""
    precision_low: float | None = None
    """Ends of confidence intervals; None unless `file_intervals` adds them."""
    precision_high: float | None = None
    recall_low: float | None = None
    recall_high: float | None = None
    f1_low: float | None = None
    f1_high: float | None = None


def ways_of_matching(names: Iterable[str]) -> list[str]:
    """Return the ways of matching that a user names, each once, with `all` replaced by its meaning.

    Raises `InputError` for a way of matching that does not exist.
    """
    spelt = [way for name in names for way in (EVERY if name == "all" else (name,))]
    ways = list(dict.fromkeys(spelt))
    for way in ways:
        if way != PARTIAL:
            parse_criterion(way)
    return ways


def score(
    decisions: pa.Table, matches: Sequence[str], *, mentions: str = "all", per_type: bool = False
) -> list[Score]:
    """Score a decisions table in several ways of matching.

    `mentions` describes the mentions of the table. Raises `InputError` for a way of matching that
    does not exist.
    """
    rows: list[Score] = []
    for name in matches:
        if name == PARTIAL:
            exact, overlap = (
                total(_counts(decisions, f"{kind}-any-type").values())
                for kind in ("exact", "overlap")
            )
            right = (exact.tp + overlap.tp) / 2
            ratios = half_credit(exact, overlap)
            rows.append(_row(name, mentions, ALL_TYPES, overlap, ratios, None, right))
            continue
        counts = _counts(decisions, name)
        added = total(counts.values())
        means = macro(counts.values()) if parse_criterion(name).typed else None
        rows.append(_row(name, mentions, ALL_TYPES, added, added.ratios, means, added.tp))
        if per_type and means:
            rows += [
                _row(name, mentions, type_, found, found.ratios, None, found.tp)
                for type_, found in counts.items()
            ]
    return rows


def not_scored(decisions: pa.Table) -> dict[str, int]:
    """Count predicted mentions by types that the gold side does not annotate, the most first."""
    outside = decisions.filter(pc.invert(decisions["in_inventory"]))
    found = {row["values"]: row["counts"] for row in outside["type"].value_counts().to_pylist()}
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def table_of(rows: Sequence[Score]) -> tuple[list[str], list[list[str]]]:
    """Return headings and rows as text, with ratios in percent."""
    lines = [_cells(row) for row in rows]
    if all(row.f1_low is None for row in rows):
        return list(HEADINGS), lines
    between = (
        "–" if row.f1_low is None else f"{_percent(row.f1_low)}–{_percent(row.f1_high)}"
        for row in rows
    )
    return [*HEADINGS, INTERVAL], [[*line, ends] for line, ends in zip(lines, between, strict=True)]


def _cells(row: Score) -> list[str]:
    ratios = (row.precision, row.recall, row.f1, row.macro_f1)
    return [
        row.match,
        row.mentions,
        row.type,
        *map(_percent, ratios),
        f"{row.gold:,}",
        f"{row.predicted:,}",
        f"{row.right:,g}",
    ]


def _percent(ratio: float | None) -> str:
    return percent(ratio, decimals=2)


def as_markdown(rows: Sequence[Score]) -> str:
    """Return the rows as a Markdown table, for a README or a pull request."""
    headings, cells = table_of(rows)
    return markdown_table(headings, cells, numbers=len(headings) - 3)


def as_csv(rows: Iterable[Score]) -> str:
    """Return the rows as CSV, with unrounded ratios."""
    return csv_text([field.name for field in fields(Score)], map(astuple, rows))


def as_values(rows: Iterable[Score]) -> list[dict[str, Any]]:
    """Return the rows as plain values, for JSON."""
    return list(map(asdict, rows))


def _counts(decisions: pa.Table, criterion: str) -> dict[str, Counts]:
    """Count matches by type."""
    found: dict[str, Counts] = {}
    for row in count_matches(decisions, parse_criterion(criterion)).to_pylist():
        counts = Counts(row["tp"], row["fp"], row["fn"], row["inexpressible"])
        found[row["type"]] = found.get(row["type"], Counts()) + counts
    return found


def _row(
    match: str,
    mentions: str,
    type_: str,
    counts: Counts,
    ratios: Ratios,
    means: Ratios | None,
    right: float,
) -> Score:
    none = Ratios(None, None, None)
    means = means or none
    return Score(
        match=match,
        mentions=mentions,
        type=type_,
        precision=ratios.precision,
        recall=ratios.recall,
        f1=ratios.f1,
        macro_precision=means.precision,
        macro_recall=means.recall,
        macro_f1=means.f1,
        gold=counts.support,
        predicted=counts.tp + counts.fp,
        right=right,
    )
