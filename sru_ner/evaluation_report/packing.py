"""Tables as small JSON: a list for each column; repeated strings are written once."""

import math
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

DIGITS = 6
"""Decimal places of numbers in the page and in CSV files; readers round them once more."""


def packed(table: pa.Table, columns: Sequence[str]) -> dict[str, Any]:
    """Return some columns of a table by name; NaN becomes null.

    A column of strings is `{"values": [...], "codes": [...]}`, a code the index of its value or
    null. Floats are rounded to `DIGITS` places.
    """
    return {name: _column(table[name]) for name in columns}


def _column(column: pa.ChunkedArray) -> Any:
    if pa.types.is_string(column.type):
        encoded = pc.dictionary_encode(column).combine_chunks()
        return {"values": encoded.dictionary.to_pylist(), "codes": encoded.indices.to_pylist()}
    if pa.types.is_floating(column.type):
        return [None if _undefined(v) else round(v, DIGITS) for v in column.to_pylist()]
    return column.to_pylist()


def _undefined(value: float | None) -> bool:
    return value is None or math.isnan(value)
