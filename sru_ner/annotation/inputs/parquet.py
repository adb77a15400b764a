"""Reads Parquet: each row is a document. Some rows are in memory at a time."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.jsonl import to_document
from sru_ner.annotation.inputs.source import IDENTIFIERS, InputOptions, Source
from sru_ner.annotation.inputs.table import check_columns
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.readers.raw import MalformedError
from sru_ner.dataset.parquet import UNREADABLE, open_parquet
from sru_ner.errors import InputError

_ROWS = 256
_BUFFER = 2**20
"""Bytes of a column that are read ahead. Without a limit, a whole row group is read."""


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield a document for each row; report a row without a text.

    Raises `InputError` for a file that is not Parquet or lacks a column that is named.
    """
    with _opened(source) as file:
        check_columns(file.schema_arrow.names, options, source.place)
        groups = None if source.row_group is None else [source.row_group]
        first = sum(file.metadata.row_group(i).num_rows for i in range(source.row_group or 0))
        number = first
        for batch in file.iter_batches(_ROWS, row_groups=groups):
            for record in batch.to_pylist():
                number += 1
                try:
                    yield to_document(record, options, source.numbered(number))
                except MalformedError as error:
                    place = f"{source.place}, row {number}"
                    reason = "rows without a text left out"
                    on_incident(Incident("refused", reason, detail=str(error), file=place))


def row_groups(source: Source) -> int:
    """Return the number of row groups of a file; raise `InputError` if it is not Parquet."""
    with _opened(source) as file:
        return int(file.num_row_groups)


def further_columns(source: Source, options: InputOptions) -> pa.Schema:
    """Return the columns of a file other than identifier and text; they are written unchanged.

    Raises the same errors as `read`.
    """
    with _opened(source) as file:
        schema = file.schema_arrow
        check_columns(schema.names, options, source.place)
    key = options.id or next((name for name in IDENTIFIERS if name in schema.names), "")
    return pa.schema([column for column in schema if column.name not in (options.text, key)])


@contextmanager
def _opened(source: Source) -> Iterator[pq.ParquetFile]:
    try:
        with source.open() as stream:
            if source.path is not None:
                with open_parquet(stream, buffer_size=_BUFFER, pre_buffer=False) as file:
                    yield file
                return
            # Parquet is read from its end, which a pipe does not have.
            with tempfile.TemporaryFile() as copy:
                shutil.copyfileobj(stream, copy)
                copy.seek(0)
                with open_parquet(copy, buffer_size=_BUFFER, pre_buffer=False) as file:
                    yield file
    except UNREADABLE as error:
        raise InputError(
            f"this is not a readable Parquet file ({error})",
            path=source.place,
            remedy="write it again",
        ) from None
