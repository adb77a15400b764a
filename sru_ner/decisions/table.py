"""The decisions table: one row per mention that is gold, predicted, or both.

Assumptions: a mention is (document, start, end, type). Offsets are code points of the
document, end-exclusive. Mentions may nest and cross, and no mention has two rows. Every figure of
an evaluation is computed from this table.

A prediction of a type that the tested source never annotated has `in_inventory` false. Nobody
knows whether it is right, so it is never counted.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import pyarrow as pa

from sru_ner.dataset.parquet import UNREADABLE, open_parquet, write_parquet
from sru_ner.dataset.schema import TABLE_KEY, VERSION_KEY
from sru_ner.errors import InputError
from sru_ner.files import atomic_path

SCHEMA_VERSION = "1"
"""Version of the columns' names, types and meaning; files of another version are refused."""

_TESTED_KEY = b"sru_ner.tested"


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


SCHEMA = pa.schema(
    [
        _required("model", pa.string()),  # the experiment
        _required("tested", pa.string()),  # the source it was tested on
        _required("split", pa.string()),
        _required("document_id", pa.string()),
        pa.field("sentence_id", pa.int32()),  # the sentence in which the mention starts
        _required("start", pa.int32()),
        _required("end", pa.int32()),
        _required("text", pa.string()),
        _required("type", pa.string()),  # without a source
        _required("labels", pa.list_(_required("item", pa.string()))),  # that predicted it
        _required("gold", pa.bool_()),
        _required("predicted", pa.bool_()),
        pa.field("score", pa.float32()),  # null if not predicted, or if the tool gives none
        _required("in_inventory", pa.bool_()),  # the tested source's annotators marked the type
        _required("known", pa.bool_()),  # the model has the type
        pa.field("fits_words", pa.bool_()),  # as in the spans table; null if not gold
        pa.field("crosses_sentence", pa.bool_()),  # as in the spans table; null if not gold
    ],
    metadata={TABLE_KEY: b"decisions", VERSION_KEY: SCHEMA_VERSION.encode()},
)

ORDER = [("model", "ascending"), ("tested", "ascending"), ("document_id", "ascending")]
ORDER += [("start", "ascending"), ("end", "descending"), ("type", "ascending")]
"""Columns by which the rows are sorted, in this order."""


def write_decisions(path: Path, table: pa.Table, *, tested: Collection[str]) -> None:
    """Write a decisions table atomically.

    `tested` names all sources that the table is about, including those without rows.
    """
    metadata = {**SCHEMA.metadata, _TESTED_KEY: json.dumps(sorted(tested)).encode()}
    with atomic_path(path) as fresh:
        write_parquet(table.sort_by(ORDER).replace_schema_metadata(metadata), fresh)


def read_decisions(
    path: Path,
    *,
    columns: Sequence[str] | None = None,
    split: str | None = None,
    tested: Collection[str] = (),
) -> pa.Table:
    """Read a decisions table, or some columns of it.

    Raises `InputError` if the file is missing or of another version, or if it does not hold the
    decisions on `split` of all `tested` sources.
    """
    remedy = f"run `sru-ner evaluate {Path(path).stem}`"
    try:
        with open_parquet(path) as file:
            metadata = file.schema_arrow.metadata or {}
            if metadata.get(VERSION_KEY, b"").decode() != SCHEMA_VERSION:
                raise InputError(
                    f"this is not a decisions table of version {SCHEMA_VERSION}",
                    path=path,
                    remedy=remedy,
                )
            table = file.read(columns=None if columns is None else list(columns))
            splits = file.read(columns=["split"])["split"].unique().to_pylist()
    except FileNotFoundError:
        raise InputError("there are no decisions here", path=path, remedy=remedy) from None
    except UNREADABLE as error:
        raise InputError(
            f"this is not a Parquet file ({error})", path=path, remedy=remedy
        ) from None
    missing = set(tested) - set(json.loads(metadata.get(_TESTED_KEY, b"[]")))
    if missing:
        raise InputError(
            f"it has no decisions on {', '.join(sorted(missing))}", path=path, remedy=remedy
        )
    if split is not None and splits not in ([], [split]):
        found = ", ".join(splits)
        raise InputError(
            f"its decisions are on the {found} split, not on {split}", path=path, remedy=remedy
        )
    return table


def has_rows(path: Path) -> bool:
    """Return whether a decisions table has a mention; raises what `read_decisions` raises."""
    return read_decisions(path, columns=["model"]).num_rows > 0
