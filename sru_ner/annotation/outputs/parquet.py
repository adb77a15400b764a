"""Writes Parquet: a row for each document, with its spans as a list of structs.

Further fields that come from Parquet keep their columns. Those of other formats become one JSON
object in the column `fields`. The format holds everything.
"""

import itertools
import json
from collections.abc import Iterable
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext, further_names, plain
from sru_ner.dataset.parquet import WRITING

_ROWS = 1024
"""Number of rows in a row group."""


def _struct(*fields: tuple[str, pa.DataType]) -> pa.DataType:
    return pa.struct([pa.field(name, kind, nullable=False) for name, kind in fields])


def _list(kind: pa.DataType) -> pa.DataType:
    return pa.list_(pa.field("item", kind, nullable=False))


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


SPANS = _required(
    "spans",
    _list(
        _struct(
            ("start", pa.int32()),
            ("end", pa.int32()),
            ("text", pa.string()),
            ("type", pa.string()),
            ("score", pa.float64()),
            ("labels", _list(pa.string())),
        )
    ),
)
"""Column of the spans of a document, sorted by (start, -end, type). Offsets are code points in
`text`, end exclusive."""

_OURS = [
    _required("id", pa.string()),
    _required("text", pa.string()),
    _required("passages", _list(_struct(("start", pa.int32()), ("name", pa.string())))),
]


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write all documents; some of them are in memory at a time."""
    further = _further(context.columns)
    schema = pa.schema([*_OURS, *further.values(), SPANS])
    documents = iter(documents)
    # Texts become half as large as with the default compression.
    with pq.ParquetWriter(pa.PythonFile(out, "w"), schema, **WRITING) as writer:
        while chunk := list(itertools.islice(documents, _ROWS)):
            rows = [_row(annotated, context.columns, further) for annotated in chunk]
            writer.write_table(pa.Table.from_pylist(rows, schema=schema))


def _further(columns: pa.Schema | None) -> dict[str, pa.Field]:
    """Return the columns of further fields, by the name of the field."""
    if columns is None:
        return {"fields": pa.field("fields", pa.string())}
    names = further_names(columns.names, {*(column.name for column in _OURS), SPANS.name})
    return {column.name: column.with_name(names[column.name]) for column in columns}


def _row(
    annotated: AnnotatedDocument, columns: pa.Schema | None, further: dict[str, pa.Field]
) -> dict[str, Any]:
    document = annotated.document
    if columns is None:
        fields = json.dumps(plain(document.fields), ensure_ascii=False) if document.fields else None
        values: dict[str, Any] = {"fields": fields}
    else:
        values = {column.name: document.fields.get(name) for name, column in further.items()}
    return {
        "id": document.id,
        "text": document.text,
        "passages": [{"start": p.start, "name": p.name} for p in document.passages],
        **values,
        "spans": [span.as_dict() for span in annotated.spans],
    }
