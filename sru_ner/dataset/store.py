"""Reading and writing the harmonised tables: what training and evaluation see of a corpus.

Tables of schema version 1 are migrated as they are read: nothing in them was finer than a source.
"""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.dataset.schema import (
    SCHEMA_VERSION,
    SCHEMAS,
    SPLIT_TABLES,
    SPLITS,
    TABLE_KEY,
    VERSION_KEY,
    table_path,
)
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import atomic_path

_MIGRATED = ("1",)
"""Older schema versions that can be read."""

_AGAIN = "harmonise the source again with `sru-ner harmonize`"


@dataclass(frozen=True, slots=True)
class Mention:
    """A gold mention in words of its sentence."""

    start: int
    """Index of its first word."""
    end: int
    """Index after its last word."""
    type: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with the mentions that its words can express."""

    source: str
    split: str
    document_id: str
    sentence_id: int
    text: str
    """The sentence's own text."""
    start: int
    """Code point offset of `text` in its document."""
    words: tuple[tuple[int, int], ...]
    """(start, end) of each word, code point offsets into the *document*."""
    mentions: tuple[Mention, ...]
    """Sorted by (start, -end, type); without those that cut words or leave the sentence."""
    annotated_types: tuple[str, ...] | None = None
    """Types marked in its document, sorted; None: all of the source's inventory."""


def load_sentences(root: Path, source: str, split: str) -> list[Sentence]:
    """Read all sentences of a split, in document order.

    Raises `UnknownNameError` for a source or split that is not harmonised, `InputError` where
    the files are of another schema version.
    """
    documents = load_table(root, "documents", source, split)
    sentences = load_table(root, "sentences", source, split)
    mentions = _mentions_by_sentence(load_table(root, "spans", source, split))
    names = _column(documents, "document_id")
    texts = dict(zip(names, _column(documents, "text"), strict=True))
    annotated = dict(zip(names, _annotated_types(documents), strict=True))
    return [
        Sentence(
            source=source,
            split=split,
            document_id=document_id,
            sentence_id=sentence_id,
            text=texts[document_id][start:end],
            start=start,
            words=words,
            mentions=_in_words(mentions.get((document_id, sentence_id), ()), words),
            annotated_types=annotated[document_id],
        )
        for document_id, sentence_id, start, end, words in zip(
            _column(sentences, "document_id"),
            _column(sentences, "sentence_id"),
            _column(sentences, "start"),
            _column(sentences, "end"),
            _words(sentences),
            strict=True,
        )
    ]


def load_inventory(root: Path, source: str) -> TypeInventory:
    """Read which types a source's annotators marked; errors as in `load_sentences`."""
    rows = load_table(root, "inventories", source).select(["type", "covers"]).to_pylist()
    kept = {row["type"]: tuple(row["covers"]) for row in rows if row["type"] is not None}
    covers = {type_: finer for type_, finer in sorted(kept.items()) if finer}
    return TypeInventory(source, tuple(sorted(kept)), covers)


def load_table(root: Path, table: str, source: str, split: str | None = None) -> pa.Table:
    """Read a table of one split, or of all splits of the source, with the schema of `schema.py`.

    Errors as in `load_sentences`; also `UnknownNameError` for a table that does not exist.
    """
    if table not in SCHEMAS:
        raise UnknownNameError("table", table, SCHEMAS)
    sources = harmonized_sources(root)
    if source not in sources:
        raise UnknownNameError(f"harmonised source (in {root})", source, sources)
    if table == "inventories":
        return _read(table_path(root, table, source), table)
    splits = harmonized_splits(root, source)
    if split is None:
        parts = [_read(table_path(root, table, source, name), table) for name in splits]
        return pa.concat_tables(parts).unify_dictionaries()
    if split not in splits:
        raise UnknownNameError(f"split of {source}", split, splits)
    return _read(table_path(root, table, source, split), table)


def source_digests(root: Path, source: str) -> dict[str, str]:
    """SHA-256 of each file of a source: `<table>/<split>` and `inventories`, in a fixed order."""
    splits = harmonized_splits(root, source)
    if not splits:
        raise UnknownNameError(f"harmonised source (in {root})", source, harmonized_sources(root))
    files = {
        f"{table}/{split}": table_path(root, table, source, split)
        for table in SPLIT_TABLES
        for split in splits
    }
    files["inventories"] = table_path(root, "inventories", source)
    return {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}


def harmonized_sources(root: Path) -> list[str]:
    """Names of the sources that are completely harmonised below `root`, sorted."""
    # The inventory is written last, so a source without one is not finished.
    found = Path(root).glob("inventories/source=*/part-0.parquet")
    return sorted(path.parent.name.removeprefix("source=") for path in found)


def harmonized_splits(root: Path, source: str) -> list[str]:
    """Splits a harmonised source has, in the order train, dev, test."""
    return [name for name in SPLITS if table_path(root, "documents", source, name).is_file()]


def write_table(
    root: Path, name: str, table: pa.Table, source: str, split: str | None = None
) -> Path:
    """Write one source's (and split's) rows to their place, atomically and byte-stable."""
    target = table_path(root, name, source, split)
    with atomic_path(target) as fresh:
        pq.write_table(table.cast(SCHEMAS[name]), fresh, compression="zstd")
    return target


def _read(path: Path, table: str) -> pa.Table:
    name, content = decode_table(path, path=path)
    if name != table:
        raise InputError(
            f"the columns are not those of {table} but of {name}", path=path, remedy=_AGAIN
        )
    return content


def decode_table(
    file: Path | pa.Buffer, *, path: Path | str, remedy: str = _AGAIN
) -> tuple[str, pa.Table]:
    """Read a file, or the bytes of one, that `write_table` wrote; returns the table's name too.

    Raises `InputError` about `path` where it is no Parquet file, of another schema version that
    cannot be migrated, or not of the schema.
    """
    try:
        # Not pq.read_table: it would add the folder names as columns a second time.
        with pq.ParquetFile(file if isinstance(file, Path) else pa.BufferReader(file)) as opened:
            content = opened.read()
        content.validate(full=True)
    except (OSError, pa.ArrowException) as error:
        problem = f"not a readable Parquet file ({error})"
        raise InputError(problem, path=path, remedy=remedy) from None
    metadata = content.schema.metadata or {}
    name = metadata.get(TABLE_KEY, b"none").decode(errors="replace")
    found = metadata.get(VERSION_KEY, b"none").decode(errors="replace")
    if found not in (SCHEMA_VERSION, *_MIGRATED):
        known = ", ".join([*_MIGRATED, SCHEMA_VERSION])
        problem = f"schema version {found}, this release reads {known}"
        raise InputError(problem, path=path, remedy=remedy)
    if found in _MIGRATED and name in SCHEMAS:
        content = _from_version_1(content, name)
    if name not in SCHEMAS or not content.schema.equals(SCHEMAS[name]):
        raise InputError(f"the columns are not those of {name}", path=path, remedy=remedy)
    if any(content[f.name].null_count for f in content.schema if not f.nullable):
        raise InputError(f"{name} has nulls where none may be", path=path, remedy=remedy)
    return name, content


def _from_version_1(content: pa.Table, table: str) -> pa.Table:
    """Add what version 2 added: types marked per document (all), finer types covered (none)."""
    rows = content.num_rows
    if table == "documents" and "annotated_types" not in content.column_names:
        wanted = SCHEMAS[table].field("annotated_types")
        content = content.append_column(wanted, pa.nulls(rows, wanted.type))
    elif table == "inventories" and "covers" not in content.column_names:
        wanted = SCHEMAS[table].field("covers")
        content = content.append_column(wanted, pa.array([[]] * rows, wanted.type))
    return content.replace_schema_metadata(SCHEMAS[table].metadata)


def _column(table: pa.Table, name: str) -> list:
    """A column as a list; integers by way of NumPy, which is many times faster."""
    column = table[name]
    if pa.types.is_integer(column.type):
        return column.to_numpy().tolist()
    return column.to_pylist()


def _annotated_types(documents: pa.Table) -> list[tuple[str, ...] | None]:
    column = documents["annotated_types"]
    if column.null_count == len(column):
        return [None] * len(column)
    return [None if types is None else tuple(types) for types in column.to_pylist()]


def _words(sentences: pa.Table) -> list[tuple[tuple[int, int], ...]]:
    column = sentences["words"].combine_chunks()
    flat = column.flatten()
    pairs = list(
        zip(
            flat.field("start").to_numpy().tolist(),
            flat.field("end").to_numpy().tolist(),
            strict=True,
        )
    )
    bounds = (column.offsets.to_numpy() - column.offsets[0].as_py()).tolist()
    return [tuple(pairs[a:b]) for a, b in pairwise(bounds)]


def _mentions_by_sentence(spans: pa.Table) -> dict[tuple[str, int], list[tuple[int, int, str]]]:
    """(start, end, type) in code points, of the mentions that words express, by sentence."""
    found: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    columns = (
        "document_id", "sentence_id", "start", "end", "type", "crosses_sentence", "fits_words",
    )  # fmt: skip
    rows = zip(*(_column(spans, name) for name in columns), strict=True)
    for document_id, sentence_id, start, end, type_, crosses, fits in rows:
        if fits and not crosses:
            found.setdefault((document_id, sentence_id), []).append((start, end, type_))
    return found


def _in_words(
    mentions: Sequence[tuple[int, int, str]], words: Sequence[tuple[int, int]]
) -> tuple[Mention, ...]:
    placed = [
        Mention(
            start=bisect_left(words, start, key=lambda word: word[0]),
            end=bisect_right(words, end, key=lambda word: word[1]),
            type=type_,
        )
        for start, end, type_ in mentions
    ]
    return tuple(sorted(placed, key=lambda m: (m.start, -m.end, m.type)))
