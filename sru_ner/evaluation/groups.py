"""Rows of a table that belong together: numbers for groups, the first rows of each, joins."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

IDENTITY = ("model", "tested", "split", "document_id", "start", "end", "type")
"""Columns that tell mentions apart, as far as a table has them."""


def codes(table: pa.Table, keys: Sequence[str]) -> Numbers:
    """A number for each row, (N,), that rises with the values of the key columns, compared in turn.

    The columns are of strings. Rows with equal values have equal numbers.
    """
    found = np.zeros(table.num_rows, np.int64)
    for key in keys:
        column = table[key].combine_chunks().dictionary_encode()
        names = np.array(column.dictionary.to_pylist(), dtype=object)
        place = np.empty(len(names), np.int64)
        place[np.argsort(names, kind="stable")] = np.arange(len(names))
        found = found * max(1, len(names)) + place[column.indices.to_numpy()]
    return found


def first_rows(table: pa.Table, keys: Sequence[str], at_most: int) -> pa.Table:
    """The first rows of each group, in the order of the table."""
    return table.take(pa.array(np.sort(_first(codes(table, keys), at_most))))


def draw(table: pa.Table, keys: Sequence[str], at_most: int, *, seed: int) -> pa.Table:
    """Draw rows of each group at random, in the order of the table.

    Drawn are those with the smallest hash of seed and mention: the same on every machine, and what
    is drawn once stays drawn as long as it is in the table and no smaller one joins it.
    """
    import pandas as pd  # noqa: PLC0415

    identity = table.select([name for name in IDENTITY if name in table.column_names]).to_pandas()
    secret = hashlib.sha256(str(seed).encode()).hexdigest()[:16]
    hashes = pd.util.hash_pandas_object(identity, index=False, hash_key=secret).to_numpy()
    order = np.argsort(hashes, kind="stable")
    drawn = order[_first(codes(table, keys)[order], at_most)]
    return table.take(pa.array(np.sort(drawn)))


def join(left: pa.Table, right: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Left outer join on columns that both name alike; the order of the rows is not kept."""
    return left.join(right, list(keys), join_type="left outer")


def _first(groups: Numbers, at_most: int) -> Numbers:
    """Indices of the first elements of each group."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    place = np.arange(len(groups)) - np.searchsorted(ordered, ordered)
    return order[place < at_most]
