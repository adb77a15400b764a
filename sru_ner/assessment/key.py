"""The key of a sample, which assessors do not get: models, scores and probabilities of the items.

A row is one item as one model predicted it. An item that two models predicted has two rows.
"""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from sru_ner.assessment.sample import Sample
from sru_ner.dataset.parquet import UNREADABLE, open_parquet, write_parquet
from sru_ner.dataset.schema import TABLE_KEY, VERSION_KEY
from sru_ner.errors import InputError
from sru_ner.files import atomic_path

KEY = "key.parquet"
"""Name of the key's file in the folder of a sample."""
SAMPLE_KEY = b"sru_ner.sample"
_REMEDY = "draw the sample again with `sru-ner assess` or `sru-ner judge sample`"


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


SCHEMA = pa.schema(
    [
        _required("id", pa.string()),  # of the item
        _required("model", pa.string()),
        _required("score", pa.float64()),  # the model's highest score for the item
        _required("predictions", pa.int32()),  # how many of the model's predictions the item is
        _required("source", pa.string()),  # the corpus, or the collection of documents
        pa.field("split", pa.string()),  # null for documents that are no corpus
        _required("document", pa.string()),
        _required("type", pa.string()),
        _required("stratum", pa.string()),
        _required("stratum_size", pa.int32()),  # items in the stratum
        _required("drawn", pa.int32()),  # items that were drawn from it
        _required("probability", pa.float64()),  # of the item to be drawn: drawn / stratum_size
        pa.field("seen", pa.bool_()),  # the span is a mention in the training data; null: unknown
    ],
    metadata={TABLE_KEY: b"assessment_key", VERSION_KEY: b"1"},
)


def key_table(sample: Sample, *, split: str | None, digest: str) -> pa.Table:
    """Return the key of a sample, sorted by item and model. digest: that of its items."""
    rows = [
        {
            "id": unit.id,
            "model": model,
            "score": score,
            "predictions": unit.predictions[model],
            "source": unit.candidate.source,
            "split": split,
            "document": unit.candidate.document,
            "type": unit.candidate.type,
            "stratum": stratum.key.name,
            "stratum_size": stratum.size,
            "drawn": stratum.drawn,
            "probability": stratum.probability,
            "seen": unit.candidate.seen,
        }
        for unit, stratum in sample.drawn
        for model, score in unit.scores.items()
    ]
    rows.sort(key=lambda row: (row["id"], row["model"]))
    metadata: Mapping[bytes, bytes] = {**SCHEMA.metadata, SAMPLE_KEY: digest.encode()}
    return pa.Table.from_pylist(rows, schema=SCHEMA).replace_schema_metadata(metadata)


def write_key(path: Path, table: pa.Table) -> None:
    """Write a key, atomically."""
    with atomic_path(path) as fresh:
        write_parquet(table, fresh)


def read_key(path: Path, *, digest: str) -> pa.Table:
    """Read the key of the sample whose items have a digest.

    Raises `InputError` if there is none, or it is the key of another sample.
    """
    try:
        with open_parquet(path) as file:
            table = file.read()
    except FileNotFoundError:
        raise InputError("the sample has no key here", path=path, remedy=_REMEDY) from None
    except UNREADABLE as error:
        problem = f"this is not a Parquet file ({error})"
        raise InputError(problem, path=path, remedy=_REMEDY) from None
    metadata = table.schema.metadata or {}
    if metadata.get(SAMPLE_KEY, b"").decode() != digest or table.schema.names != SCHEMA.names:
        raise InputError("this is not the key of these items", path=path, remedy=_REMEDY)
    return table
