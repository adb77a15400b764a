"""The decisions that figures are made of: those of some models, less what is not to be scored."""

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
"""Columns that counts, intervals, tests, curves and thresholds are folds over."""


def kept_decisions(
    folder: Path,
    models: Sequence[str],
    tested: Sequence[str],
    split: str,
    leaks: Contaminations = NONE_KNOWN,
    *,
    columns: Sequence[str],
) -> pa.Table:
    """Decisions of `<folder>/<model>.parquet` of all models, one after the other.

    Returns `columns`, `tested` and `document_id` among them. Rows of sources other than `tested`
    are left out, and those of documents that `leaks` says to. Raises `InputError` for a file that
    is missing or that is not about the split and sources.
    """
    tables = []
    for model in models:
        path = folder / f"{model}.parquet"
        found = read_decisions(path, columns=columns, split=split, tested=tested)
        kept = found.filter(pc.field("tested").isin(list(tested)))
        tables.append(scored_for(kept, model, leaks))
    return pa.concat_tables(tables)


def scored_for(table: pa.Table, model: str, leaks: Contaminations) -> pa.Table:
    """Rows, whoever's, about documents that are scored for a model; columns as above."""
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
    """`SCORED_COLUMNS` of `kept_decisions`, without types outside the tested inventory."""
    kept = kept_decisions(folder, models, tested, split, leaks, columns=SCORED_COLUMNS)
    return kept.filter(pc.field("in_inventory"))
