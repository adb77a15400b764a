"""The decisions that figures are computed from: those on documents that are scored."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.decisions.table import read_decisions
from sru_ner.evaluation.contamination import NONE_KNOWN, Contaminations

SCORED_COLUMNS = (
    "model",
    "tested",
    "split",
    "document_id",
    "type",
    "gold",
    "predicted",
    "score",
    "in_inventory",
    "known",
    "fits_words",
    "crosses_sentence",
)
"""Columns that counts, intervals, tests, curves and thresholds are computed from."""

PLACED_COLUMNS = (*SCORED_COLUMNS, "sentence_id", "start", "end", "text")
"""The same with the place of each mention, for errors and quotes."""


def kept_decisions(
    folder: Path,
    models: Sequence[str],
    tested: Sequence[str],
    split: str,
    leaks: Contaminations = NONE_KNOWN,
    *,
    columns: Sequence[str],
) -> pa.Table:
    """Read the decisions of all models, `<folder>/<model>.parquet`, into one table.

    The table has `columns`, which must contain `tested` and `document_id`. It has no rows on other
    sources than `tested`, nor on documents that `leaks` leaves out. Raises `InputError` for a file
    that is missing, or that does not hold the decisions on the split and the sources.
    """
    tables = []
    for model in models:
        path = folder / f"{model}.parquet"
        found = read_decisions(path, columns=columns, split=split, tested=tested)
        kept = found.filter(pc.field("tested").isin(list(tested)))
        tables.append(scored_for(kept, model, leaks))
    return pa.concat_tables(tables)


def scored_for(table: pa.Table, model: str, leaks: Contaminations) -> pa.Table:
    """Return the rows on documents that are scored for `model`, also rows of other models.

    The table has the columns `tested` and `document_id`.
    """
    for tested in table["tested"].unique().to_pylist():
        if left_out := sorted(leaks.left_out(model, tested)):
            leaked = (pc.field("tested") == tested) & pc.field("document_id").isin(left_out)
            table = table.filter(~leaked)
    return table


def scored_decisions(
    folder: Path,
    models: Sequence[str],
    tested: Sequence[str],
    split: str,
    leaks: Contaminations = NONE_KNOWN,
) -> pa.Table:
    """Read decisions like `kept_decisions`, without types outside the tested inventory.

    The table has `SCORED_COLUMNS`.
    """
    kept = kept_decisions(folder, models, tested, split, leaks, columns=SCORED_COLUMNS)
    return kept.filter(pc.field("in_inventory"))
