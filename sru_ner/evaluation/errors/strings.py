"""Strings with the most errors, and the score that a model would have without these errors.

Mentions are grouped by normalised string (see `seen_strings.py`) and type. The F1 without a string
is micro F1 over all types of the tested source without the string's false mentions: they count
neither as predicted nor as missed. Its right mentions stay.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.evaluation.errors.seen_strings import normalised
from sru_ner.evaluation.groups import first_rows, join

STRINGS_SCHEMA = pa.schema(
    [
        pa.field("model", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("string", pa.string(), nullable=False),  # normalised
        pa.field("type", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),  # how it is written most often
        pa.field("tp", pa.int64(), nullable=False),
        pa.field("fp", pa.int64(), nullable=False),
        pa.field("fn", pa.int64(), nullable=False),
        pa.field("share", pa.float64(), nullable=False),  # of all fp and fn of model and source
        pa.field("f1", pa.float64()),  # of the model on the source, for all its strings the same
        pa.field("f1_without", pa.float64()),
    ]
)
"""Ratios are from 0 to 1. This table quotes the corpora, so it stays out of git."""

_CELL = ["model", "tested"]
_KEYS = [*_CELL, "string", "type"]
_COUNTS = ["tp", "fp", "fn"]


def costly_strings(decisions: pa.Table, *, at_most: int | None = None) -> pa.Table:
    """Find the strings with false mentions, by model and tested source, those with the most first.

    decisions: a table of `decisions.table.SCHEMA`. at_most: number of strings kept for each model
    and source; None keeps all. Returns a table of `STRINGS_SCHEMA`. Predictions that are out of
    inventory do not count.
    """
    scored = with_strings(decisions.filter(pc.field("in_inventory")))
    gold, predicted = scored["gold"], scored["predicted"]
    flags = {
        "tp": pc.and_(gold, predicted),
        "fp": pc.and_not(predicted, gold),
        "fn": pc.and_not(gold, predicted),
    }
    ones = {name: flag.cast(pa.int64()) for name, flag in flags.items()}
    counted = pa.table({key: scored[key] for key in [*_KEYS, "text"]} | ones)
    by_string = _added(counted, _KEYS)
    whole = _added(counted, _CELL).rename_columns([*_CELL, *(f"all_{name}" for name in _COUNTS)])
    false = by_string.filter(pc.field("fp") + pc.field("fn") > 0)
    table = join(join(false, whole, _CELL), commonest_texts(counted, _KEYS), _KEYS)
    table = _with_ratios(table).sort_by(
        [(key, "ascending") for key in _CELL]
        + [("share", "descending"), ("string", "ascending"), ("type", "ascending")]
    )
    found = table.select(STRINGS_SCHEMA.names).cast(STRINGS_SCHEMA)
    return found if at_most is None else first_rows(found, _CELL, at_most)


def with_strings(mentions: pa.Table) -> pa.Table:
    """Add a column `string` with the normalised `text`."""
    return mentions.append_column("string", normalised(mentions["text"]))


def commonest_texts(mentions: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Return the most frequent `text` for each value of the keys.

    Of several that are equally frequent, it is the first by code points.
    """
    names = [*keys, "text"]
    counted = mentions.group_by(names).aggregate([([], "count_all")])
    ordered = counted.sort_by([("count_all", "descending"), ("text", "ascending")])
    first = ordered.group_by(keys, use_threads=False).aggregate([("text", "first")])
    return first.rename_columns({"text_first": "text"})


def _added(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    grouped = table.group_by(list(keys)).aggregate([(name, "sum") for name in _COUNTS])
    return grouped.rename_columns({f"{name}_sum": name for name in _COUNTS})


def _with_ratios(table: pa.Table) -> pa.Table:
    tp, fp, fn = (table[f"all_{name}"].to_numpy() for name in _COUNTS)
    errors = table["fp"].to_numpy() + table["fn"].to_numpy()
    columns = {
        "share": pa.array(errors / np.maximum(1, fp + fn)),
        "f1": _f1(tp, fp + fn),
        "f1_without": _f1(tp, fp + fn - errors),
    }
    for name, column in columns.items():
        table = table.append_column(name, column)
    return table


def _f1(tp: np.ndarray, errors: np.ndarray) -> pa.Array:
    whole = 2 * tp + errors
    return pa.array(2 * tp / np.maximum(1, whole), mask=whole == 0)
