"""Reads rows of Parquet files as records, as `sru-ner annotate` and Hugging Face write them.

`record_forms.py` describes the records, whose keys are the columns. Files of Hugging Face have the
names of numbered tags and types in their metadata (`features` of the type `ClassLabel`).
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import MalformedError, RawDocument, Reading
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.records import read_document
from sru_ner.dataset.parquet import open_parquet
from sru_ner.dataset.schema import TABLE_KEY
from sru_ner.errors import InputError

_FEATURES = b"huggingface"


def has_rows(part: Part) -> bool:
    """Whether a file is a Parquet file of another table than those of the common schema."""
    schema = _schema(part)
    return schema is not None and TABLE_KEY not in (schema.metadata or {})


def _schema(part: Part) -> pa.Schema | None:
    try:
        return pq.read_schema(pa.BufferReader(part.content))
    except (OSError, pa.ArrowException):
        return None


def read_rows(path: Path, parts: Iterable[Part], name: str, options: RecordOptions) -> Reading:
    """Read the documents of rows. A row without an identifier is named `<name>-<row>`.

    A row that is not a document is left out and counted. Raises `InputError` if there is no
    document.
    """
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    for part in parts:
        prefix = "-".join(filter(None, (name, part.name)))
        found: list[Incident] = []
        for number, row in numbered_rows(part, options):
            unnamed = f"{prefix}-{number:06d}"
            try:
                document = read_document(number, row, unnamed, options, found)
            except MalformedError as error:
                found.append(Incident("refused", "malformed_row", number, str(error)))
                continue
            documents += [replace(document, part=part.name)] if document else []
        incidents += (replace(incident, part=part.name) for incident in found)
    if not documents:
        problem = "there is no document in it" + (f": {incidents[0].detail}" if incidents else "")
        raise InputError(
            problem,
            path=path,
            line=incidents[0].line if incidents else None,
            remedy="give each row a text and a list of spans, or tokens and their tags",
        )
    return Reading(tuple(documents), tuple(incidents))


def numbered_rows(part: Part, options: RecordOptions) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (number from 1, values) of each row, with names for numbers of the type `ClassLabel`.

    The names are those of the file's metadata, unless the options give names. Raises `InputError`
    if the rows cannot be read.
    """
    schema = _schema(part)
    features = {} if schema is None or options.tag_names else _features(schema.metadata or {})
    number = 0
    try:
        with open_parquet(pa.BufferReader(part.content)) as file:
            for batch in file.iter_batches():
                for row in batch.to_pylist():
                    number += 1
                    yield number, {key: _named(row[key], features.get(key)) for key in row}
    except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
        raise InputError(
            f"this is not a readable Parquet file ({str(error)[:200]})",
            path=part.place,
            remedy="write it again",
        ) from None


def _features(metadata: Mapping[bytes, bytes]) -> dict[str, Any]:
    """Return the features of a file of Hugging Face by column; empty if there are none."""
    try:
        info = json.loads(metadata[_FEATURES])["info"]["features"]
    except (KeyError, ValueError, TypeError, RecursionError):
        return {}
    return info if isinstance(info, dict) else {}


def _named(value: Any, feature: Any) -> Any:
    """Return a value with names for the numbers that its feature names."""
    if isinstance(feature, list) and len(feature) == 1:  # how lists were described at first
        feature = {"feature": feature[0]}
    if not isinstance(feature, dict) or value is None:
        return value
    names = feature.get("names")
    if feature.get("_type") == "ClassLabel" and isinstance(names, list):
        known = isinstance(value, int) and 0 <= value < len(names)
        return names[value] if known else value
    inner = feature.get("feature")
    if isinstance(value, list):
        return [_named(item, inner) for item in value]
    if isinstance(value, dict):
        if isinstance(inner, dict) and "_type" not in inner:  # a list of objects, as columns
            return {key: _named(value[key], [inner.get(key)]) for key in value}
        return {key: _named(value[key], feature.get(key)) for key in value}
    return value
