"""Counts of mentions that can be added, and the ratios that are shown.

A predicted mention is right if document, start, end and type all equal a gold mention's. With
true positives tp, false positives fp and false negatives fn:

    precision = tp / (tp + fp)     recall = tp / (tp + fn)     F1 = 2 tp / (2 tp + fp + fn)

A ratio of nothing (0/0) is None, not 0. Micro figures are ratios of added counts. Macro figures
are means over the types with a defined F1; an undefined precision or recall counts as 0 in them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import pyarrow as pa
import pyarrow.compute as pc

COUNTS_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("tested", pa.string()),
        ("split", pa.string()),
        ("type", pa.string()),
        ("known", pa.bool_()),  # the model has the type
        ("tp", pa.int64()),
        ("fp", pa.int64()),
        ("fn", pa.int64()),
        ("support", pa.int64()),  # gold mentions, tp + fn
        ("inexpressible", pa.int64()),  # gold mentions that no span of words in a sentence equals
    ]
)

KEYS = ["model", "tested", "split", "type", "known"]
SUMMED = ["tp", "fp", "fn", "support", "inexpressible"]

DECISION_COLUMNS = [*KEYS, "gold", "predicted", "in_inventory", "fits_words", "crosses_sentence"]
"""Columns of the decisions table that `count` reads."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of mentions; they can be added over types, documents and corpora."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    inexpressible: int = 0
    """Missed gold mentions, contained in `fn`, that no span of words within a sentence equals."""

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.tp + other.tp,
            self.fp + other.fp,
            self.fn + other.fn,
            self.inexpressible + other.inexpressible,
        )

    @property
    def support(self) -> int:
        """Number of gold mentions."""
        return self.tp + self.fn

    @property
    def ratios(self) -> "Ratios":
        """Return precision, recall and F1, which are for display and are never added."""
        return Ratios(
            _ratio(self.tp, self.tp + self.fp),
            _ratio(self.tp, self.tp + self.fn),
            _ratio(2 * self.tp, 2 * self.tp + self.fp + self.fn),
        )


@dataclass(frozen=True, slots=True)
class Ratios:
    """Precision, recall and F1 from 0 to 1; None where the denominator is 0."""

    precision: float | None
    recall: float | None
    f1: float | None


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def total(counts: Iterable[Counts]) -> Counts:
    """Add counts; micro figures are ratios of the result."""
    return sum(counts, start=Counts())


def macro(counts: Iterable[Counts]) -> Ratios:
    """Return the unweighted means of the ratios of types; all None if no type has a defined F1."""
    defined = [c.ratios for c in counts if c.ratios.f1 is not None]
    if not defined:
        return Ratios(None, None, None)
    return Ratios(
        fmean(r.precision or 0.0 for r in defined),
        fmean(r.recall or 0.0 for r in defined),
        fmean(r.f1 or 0.0 for r in defined),
    )


def count(decisions: pa.Table) -> pa.Table:
    """Count decisions by model, tested source, split and type.

    Reads `DECISION_COLUMNS`; predictions of types outside the tested inventory are left out.
    Returns a table of `COUNTS_SCHEMA`, sorted by its keys.
    """
    scored = mentions_to_count(decisions)
    gold, predicted = scored["gold"], scored["predicted"]
    flags = {
        "tp": pc.and_(gold, predicted),
        "fp": pc.and_not(predicted, gold),
        "fn": pc.and_not(gold, predicted),
        "support": gold,
        "inexpressible": pc.and_not(gold, scored["expressible"]),
    }
    ones = {name: column.cast(pa.int64()) for name, column in flags.items()}
    return _added(pa.table({key: scored[key] for key in KEYS} | ones))


def mentions_to_count(decisions: pa.Table) -> pa.Table:
    """Return the decisions on types of the tested inventory, with a column `expressible`.

    The column is true where a span of words in a sentence equals the mention, and where that is
    not known.
    """
    scored = decisions.filter(pc.field("in_inventory"))
    expressible = pc.and_not(scored["fits_words"], scored["crosses_sentence"])
    return scored.append_column("expressible", pc.fill_null(expressible, True))


def add(tables: Sequence[pa.Table]) -> pa.Table:
    """Add tables of counts, of parts of a corpus or of several models, into one."""
    return _added(pa.concat_tables([COUNTS_SCHEMA.empty_table(), *tables]))


def _added(table: pa.Table) -> pa.Table:
    grouped = table.group_by(KEYS).aggregate([(name, "sum") for name in SUMMED])
    named = grouped.select([*KEYS, *(f"{name}_sum" for name in SUMMED)])
    renamed = named.rename_columns(COUNTS_SCHEMA.names).cast(COUNTS_SCHEMA)
    return renamed.sort_by([(key, "ascending") for key in KEYS])
