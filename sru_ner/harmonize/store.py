"""Reading and writing the harmonised tables: what training and evaluation see of a corpus."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import atomic_path
from sru_ner.harmonize.schema import (
    SCHEMA_VERSION,
    SCHEMAS,
    SPLIT_TABLES,
    SPLITS,
    VERSION_KEY,
    table_path,
)


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


@dataclass(frozen=True, slots=True)
class TypeInventory:
    """What a source's annotators marked."""

    source: str
    types: tuple[str, ...]
    """Harmonised type names, sorted; dropped types are not among them."""


def load_sentences(root: Path, source: str, split: str) -> list[Sentence]:
    """Read all sentences of a split, in document order.

    Raises `UnknownNameError` for a source or split that is not harmonised, `InputError` where
    the files are of another schema version.
    """
    documents = load_table(root, "documents", source, split)
    sentences = load_table(root, "sentences", source, split)
    mentions = _mentions_by_sentence(load_table(root, "spans", source, split))
    texts = dict(zip(_column(documents, "document_id"), _column(documents, "text"), strict=True))
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
    table = load_table(root, "inventories", source)
    kept = {
        name
        for name, status in zip(_column(table, "type"), _column(table, "status"), strict=True)
        if status != "dropped"
    }
    return TypeInventory(source, tuple(sorted(kept)))


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
    try:
        # Not pq.read_table: it would add the folder names as columns a second time.
        with pq.ParquetFile(path) as file:
            content = file.read()
    except (FileNotFoundError, pa.ArrowInvalid) as error:
        raise InputError(
            f"not a readable Parquet file ({error})", path=path, remedy="harmonise the source again"
        ) from None
    found = (content.schema.metadata or {}).get(VERSION_KEY, b"none").decode()
    if found != SCHEMA_VERSION:
        raise InputError(
            f"schema version {found}, this release reads {SCHEMA_VERSION}",
            path=path,
            remedy="harmonise the source again with `sru-ner harmonize`",
        )
    if not content.schema.equals(SCHEMAS[table]):
        raise InputError(
            f"the columns are not those of {table}",
            path=path,
            remedy="harmonise the source again with `sru-ner harmonize`",
        )
    return content


def _column(table: pa.Table, name: str) -> list:
    """A column as a list; integers by way of NumPy, which is many times faster."""
    column = table[name]
    if pa.types.is_integer(column.type):
        return column.to_numpy().tolist()
    return column.to_pylist()


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
