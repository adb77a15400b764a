"""Groups of table rows: number them, take some rows of each, join tables on them."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

IDENTITY = ("model", "tested", "split", "document_id", "start", "end", "type")
"""Columns that identify a mention; not every table has all of them."""


def codes(table: pa.Table, keys: Sequence[str]) -> Numbers:
    """Return a number for each row, (N,), such that rows with equal keys have equal numbers.

    The numbers rise with the values of the key columns, compared one after the other. The columns
    hold strings.
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
    """Take at most `at_most` rows of each group, the first ones, in the order of the table."""
    return table.take(pa.array(np.sort(_first(codes(table, keys), at_most))))


def draw(table: pa.Table, keys: Sequence[str], at_most: int, *, seed: int) -> pa.Table:
    """Draw at most `at_most` rows of each group at random, in the order of the table.

    The rows with the smallest hash of seed and mention are drawn, so the draw is the same on every
    machine. A drawn row stays drawn unless rows with a smaller hash are added.
    """
    import pandas as pd  # noqa: PLC0415

    identity = table.select([name for name in IDENTITY if name in table.column_names]).to_pandas()
    secret = hashlib.sha256(str(seed).encode()).hexdigest()[:16]
    hashes = pd.util.hash_pandas_object(identity, index=False, hash_key=secret).to_numpy()
    order = np.argsort(hashes, kind="stable")
    drawn = order[_first(codes(table, keys)[order], at_most)]
    return table.take(pa.array(np.sort(drawn)))


def join(left: pa.Table, right: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Join two tables on columns that both have (left outer join); the row order is not kept."""
    return left.join(right, list(keys), join_type="left outer")


def _first(groups: Numbers, at_most: int) -> Numbers:
    """Return the indices of at most `at_most` elements of each group, the first ones."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    place = np.arange(len(groups)) - np.searchsorted(ordered, ordered)
    return order[place < at_most]
