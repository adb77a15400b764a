"""The unified schema: four Parquet tables, and what each column means.

These hold for every table: offsets are Unicode code points into the document's text, end exclusive;
`text == document[start:end]` for every span; mentions may nest, and may cross if their types
differ; words and sentences never overlap and come in the order of the text.

    <root>/<table>/source=<name>/split=<split>/part-0.parquet     documents, sentences, spans
    <root>/inventories/source=<name>/part-0.parquet

The files also have the columns `source` and `split`, dictionary-encoded. A reader of Arrow datasets
makes equal columns from the folder names, so it returns the same table.
"""

import hashlib
from pathlib import Path

import pyarrow as pa

SCHEMA_VERSION = "2"
"""Version of the schema. Raise it when a column changes its name, type or meaning; `tables.py` then
migrates older files or refuses them."""

VERSION_KEY = b"sru_ner.schema_version"
TABLE_KEY = b"sru_ner.table"

SPLITS = ("train", "dev", "test")
"""The names that a split may have, in the order in which splits are written and listed."""

SPLIT_TABLES = ("documents", "sentences", "spans")
"""Tables with one file per split; `inventories` has one file per source."""

INVENTORY_STATUSES = ("annotated", "mapped", "dropped")
"""What the type map does with a type: keeps its name, gives it another one, or drops it."""

_NAME = pa.dictionary(pa.int32(), pa.string())


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


def _schema(table: str, *fields: pa.Field) -> pa.Schema:
    return pa.schema(
        fields, metadata={TABLE_KEY: table.encode(), VERSION_KEY: SCHEMA_VERSION.encode()}
    )


DOCUMENTS = _schema(
    "documents",
    _required("source", _NAME),
    _required("split", _NAME),
    _required("document_id", pa.string()),  # unique within source and split
    _required("text", pa.string()),
    _required("origin", pa.string()),  # <file>:<line> of the raw file
    _required("sha256", pa.string()),  # of the text in UTF-8, hexadecimal
    # Types (harmonised, sorted) that were marked in this document; null: all of the source's.
    pa.field("annotated_types", pa.list_(_required("item", pa.string()))),
    # Places that people judged for a type that is not among annotated_types, sorted: a mention, if
    # `spans` has it, or none. Null: no place; a file without any leaves the column out.
    pa.field(
        "judged",
        pa.list_(
            _required(
                "item",
                pa.struct(
                    [
                        _required("start", pa.int32()),
                        _required("end", pa.int32()),
                        _required("type", pa.string()),
                    ]
                ),
            )
        ),
    ),
)

SENTENCES = _schema(
    "sentences",
    _required("source", _NAME),
    _required("split", _NAME),
    _required("document_id", pa.string()),
    _required("sentence_id", pa.int32()),  # 0, 1, … within the document
    _required("start", pa.int32()),
    _required("end", pa.int32()),
    _required(
        "words",  # offsets into the document, not into the sentence
        pa.list_(
            _required(
                "item", pa.struct([_required("start", pa.int32()), _required("end", pa.int32())])
            )
        ),
    ),
)

SPANS = _schema(
    "spans",
    _required("source", _NAME),
    _required("split", _NAME),
    _required("document_id", pa.string()),
    _required("sentence_id", pa.int32()),  # the sentence in which the mention starts
    _required("span_id", pa.int32()),  # 0, 1, … within the document, by (start, -end, type)
    _required("start", pa.int32()),
    _required("end", pa.int32()),
    _required("text", pa.string()),
    _required("type", pa.string()),
    _required("source_type", pa.string()),  # what the corpus calls the type
    _required("depth", pa.int32()),  # length of the longest chain of mentions around it
    _required("crosses_sentence", pa.bool_()),  # ends in a later sentence than it starts
    _required("fits_words", pa.bool_()),  # starts where a word starts and ends where one ends
)

INVENTORIES = _schema(
    "inventories",
    _required("source", _NAME),
    pa.field("type", pa.string()),  # null where dropped
    _required("source_type", pa.string()),
    _required("status", pa.string()),  # one of INVENTORY_STATUSES
    _required(
        "mentions",  # kept ones; of a dropped type, those that were in the files
        pa.struct([_required(split, pa.int64()) for split in SPLITS]),
    ),
    _required("nested_mentions", pa.int64()),  # those of depth > 0, over all splits
    _required("examples", pa.list_(_required("item", pa.string()))),  # the most frequent texts
    # Finer types whose mentions are among those of `type`, marked as that; sorted.
    _required("covers", pa.list_(_required("item", pa.string()))),
)

SCHEMAS = {
    "documents": DOCUMENTS,
    "sentences": SENTENCES,
    "spans": SPANS,
    "inventories": INVENTORIES,
}


def text_digest(text: str) -> str:
    """Return the SHA-256 of a document's text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def table_path(root: Path, table: str, source: str, split: str | None = None) -> Path:
    """Return the path of one table's Parquet file; `split` is None for `inventories` only."""
    folder = Path(root) / table / f"source={source}"
    return (folder if split is None else folder / f"split={split}") / "part-0.parquet"
