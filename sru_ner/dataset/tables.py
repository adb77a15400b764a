"""Reads and writes the Parquet file of one harmonised table.

Files of schema version 1 are migrated when they are read: they name the annotated types of a
source, but not those of each document.
"""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.dataset.parquet import UNREADABLE, open_parquet, write_parquet
from sru_ner.dataset.schema import (
    SCHEMA_VERSION,
    SCHEMAS,
    TABLE_KEY,
    VERSION_KEY,
    table_path,
)
from sru_ner.errors import InputError
from sru_ner.files import atomic_path

_MIGRATED = ("1",)
"""Older schema versions that can be read."""

_AGAIN = "harmonise the source again with `sru-ner harmonize`"


def write_table(
    root: Path, name: str, table: pa.Table, source: str, split: str | None = None
) -> Path:
    """Write a table of one source, or of one of its splits; the same rows give the same bytes."""
    target = table_path(root, name, source, split)
    with atomic_path(target) as fresh:
        write_parquet(_without_judged(table.cast(SCHEMAS[name])), fresh)
    return target


def read_table(root: Path, table: str, source: str, split: str | None = None) -> pa.Table:
    """Read the file of one table of a source; split is None for `inventories` only.

    Raises the errors of `decode_table`, and `InputError` for a file of another table, and for one
    of another source or split that was copied to this place.
    """
    path = table_path(root, table, source, split)
    name, content = decode_table(path, path=path)
    if name != table:
        raise InputError(
            f"the columns are not those of {table} but of {name}", path=path, remedy=_AGAIN
        )
    for column, wanted in (("source", source), ("split", split)):
        found = set() if wanted is None else set(pc.unique(content[column]).to_pylist())
        if foreign := sorted(found - {wanted}):
            raise InputError(
                f"the rows are of the {column} {foreign[0]!r}, not of {wanted!r}",
                path=path,
                remedy=_AGAIN,
            )
    return content


def decode_table(
    file: Path | pa.Buffer, *, path: Path | str, remedy: str = _AGAIN
) -> tuple[str, pa.Table]:
    """Read a file, or the bytes of one, that `write_table` wrote; returns the table and its name.

    Raises `InputError`, which names `path`, for a file that is not Parquet, that has another schema
    version which cannot be migrated, or whose columns are not those of the schema.
    """
    try:
        # Not pq.read_table: it would add the folder names as columns a second time.
        with open_parquet(file if isinstance(file, Path) else pa.BufferReader(file)) as opened:
            content = opened.read()
        content.validate(full=True)
    except UNREADABLE as error:
        problem = f"this is not a readable Parquet file ({error})"
        raise InputError(problem, path=path, remedy=remedy) from None
    metadata = content.schema.metadata or {}
    name = metadata.get(TABLE_KEY, b"none").decode(errors="replace")
    found = metadata.get(VERSION_KEY, b"none").decode(errors="replace")
    if found not in (SCHEMA_VERSION, *_MIGRATED):
        known = ", ".join([*_MIGRATED, SCHEMA_VERSION])
        problem = f"the file has schema version {found}, but this release reads {known}"
        raise InputError(problem, path=path, remedy=remedy)
    if found in _MIGRATED and name in SCHEMAS:
        content = _from_version_1(content, name)
    if name == "documents":
        content = _with_judged(content)
    if name not in SCHEMAS or not content.schema.equals(SCHEMAS[name]):
        raise InputError(f"the columns are not those of {name}", path=path, remedy=remedy)
    if any(content[f.name].null_count for f in content.schema if not f.nullable):
        raise InputError(
            f"the table {name} has nulls in a column that needs a value",
            path=path,
            remedy=remedy,
        )
    return name, content


def _without_judged(table: pa.Table) -> pa.Table:
    """Leave the column `judged` out of a table that has none, as nearly all corpora do."""
    if "judged" in table.column_names and table["judged"].null_count == table.num_rows:
        return table.drop_columns("judged")
    return table


def _with_judged(content: pa.Table) -> pa.Table:
    wanted = SCHEMAS["documents"].field("judged")
    if wanted.name in content.column_names:
        return content
    return content.append_column(wanted, pa.nulls(content.num_rows, wanted.type))


def _from_version_1(content: pa.Table, table: str) -> pa.Table:
    """Add the columns of version 2: all types are marked in each document, none covers another."""
    rows = content.num_rows
    if table == "documents" and "annotated_types" not in content.column_names:
        wanted = SCHEMAS[table].field("annotated_types")
        content = content.append_column(wanted, pa.nulls(rows, wanted.type))
    elif table == "inventories" and "covers" not in content.column_names:
        wanted = SCHEMAS[table].field("covers")
        content = content.append_column(wanted, pa.array([[]] * rows, wanted.type))
    return content.replace_schema_metadata(SCHEMAS[table].metadata)
