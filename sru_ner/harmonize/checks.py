"""Checks the laws of the schema on every table before it is written.

A broken law is a defect of a reader or of the conversion. So the checks use only the tables, and
share no code with what made them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from sru_ner.dataset.schema import INVENTORY_STATUSES, SCHEMAS, SPLIT_TABLES, text_digest
from sru_ner.errors import InputError

Row = Mapping[str, Any]


def check_split(tables: Mapping[str, pa.Table]) -> None:
    """Check `documents`, `sentences` and `spans` of one split against each other.

    Raises `InputError` that names table, row and law.
    """
    for name in SPLIT_TABLES:
        _check_columns(name, tables[name])
    documents = {row["document_id"]: row for row in tables["documents"].to_pylist()}
    if len(documents) < tables["documents"].num_rows:
        raise _broken("documents", "identifiers repeat")
    for document in documents.values():
        if document["sha256"] != text_digest(document["text"]):
            raise _broken("documents", "sha256 is not that of the text", document)
    _check_words(tables["sentences"])
    starts, ends = _word_edges(tables["sentences"])
    sentences = _by_document(tables["sentences"].drop_columns("words").to_pylist())
    spans = _by_document(tables["spans"].to_pylist())
    for table, groups in (("sentences", sentences), ("spans", spans)):
        for name in groups.keys() - documents.keys():
            raise _broken(table, "there is no such document", groups[name][0])
    for name, document in documents.items():
        own = sentences.get(name, [])
        _check_sentences(document["text"], own)
        edges = starts.get(name, set()), ends.get(name, set())
        _check_spans(document["text"], own, spans.get(name, []), *edges)
        _check_annotated(document, spans.get(name, []))


def check_inventory(table: pa.Table) -> None:
    """Check the `inventories` table of one source; errors as in `check_split`."""
    _check_columns("inventories", table)
    rows = table.to_pylist()
    if len({row["source_type"] for row in rows}) < len(rows):
        raise _broken("inventories", "source types repeat")
    for row in rows:
        if row["status"] not in INVENTORY_STATUSES:
            raise _broken("inventories", "no such status", row)
        if (row["status"] == "dropped") != (row["type"] is None):
            raise _broken("inventories", "a dropped type has no name, all others have one", row)
    covers: dict[str, list[str]] = {}
    for row in rows:
        if row["covers"] != covers.setdefault(row["type"], row["covers"]):
            raise _broken("inventories", "one type covers two different sets", row)
        if set(row["covers"]) & {other["type"] for other in rows}:
            raise _broken("inventories", "covers a type that this source marks", row)


def _check_annotated(document: Row, spans: Sequence[Row]) -> None:
    types = document["annotated_types"]
    judged = [(p["start"], p["end"], p["type"]) for p in document["judged"] or ()]
    if types is None:
        if judged:
            raise _broken("documents", "places are judged where all types are marked", document)
        return
    if types != sorted(set(types)):
        raise _broken("documents", "annotated_types repeat or are not sorted", document)
    if judged != sorted(set(judged)):
        raise _broken("documents", "judged places repeat or are not sorted", document)
    for start, end, type_ in judged:
        if type_ in types or not 0 <= start < end <= len(document["text"]):
            raise _broken("documents", "a judged place is marked anyway, or outside", document)
    for span in spans:
        if span["type"] not in types and (span["start"], span["end"], span["type"]) not in judged:
            raise _broken("spans", "its type is not among the document's annotated_types", span)


def _check_columns(name: str, table: pa.Table) -> None:
    if not table.schema.equals(SCHEMAS[name]):
        raise _broken(name, "columns or types are not those of the schema")
    for field in table.schema:
        if not field.nullable and table[field.name].null_count:
            raise _broken(name, f"nulls in {field.name}")


def _check_sentences(text: str, rows: Sequence[Row]) -> None:
    end = 0
    for number, row in enumerate(rows):
        if row["sentence_id"] != number:
            raise _broken("sentences", "sentence_id does not count up by one", row)
        if not end <= row["start"] < row["end"] <= len(text):
            raise _broken("sentences", "overlaps another, is empty or leaves the document", row)
        end = row["end"]


def _check_words(table: pa.Table) -> None:
    """Check that words are not empty, are in order without overlap, and are in their sentence."""
    row, start, end = _flat_words(table)
    inside = (table["start"].to_numpy()[row] <= start) & (end <= table["end"].to_numpy()[row])
    follows = np.ones(len(row), dtype=bool)
    follows[1:] = (row[1:] != row[:-1]) | (end[:-1] <= start[1:])
    bad = np.flatnonzero(~((start < end) & inside & follows))
    if len(bad):
        problem = f"the word {start[bad[0]]}-{end[bad[0]]} is out of order or place"
        raise _broken("sentences", problem, table.slice(row[bad[0]], 1).to_pylist()[0])


def _word_edges(table: pa.Table) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Return the offsets at which words start, and those at which they end, by document."""
    row, start, end = _flat_words(table)
    names = table["document_id"].to_pylist()
    starts: dict[str, set[int]] = {name: set() for name in names}
    ends: dict[str, set[int]] = {name: set() for name in names}
    for i, a, b in zip(row.tolist(), start.tolist(), end.tolist(), strict=True):
        starts[names[i]].add(a)
        ends[names[i]].add(b)
    return starts, ends


def _flat_words(table: pa.Table) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the row of the sentence, the start and the end of every word, each (words,) of int."""
    words = table["words"].combine_chunks()
    flat = words.flatten()
    row = np.repeat(np.arange(len(words)), words.value_lengths().to_numpy(zero_copy_only=False))
    return row, flat.field("start").to_numpy(), flat.field("end").to_numpy()


def _check_spans(
    text: str, sentences: Sequence[Row], rows: Sequence[Row], starts: set[int], ends: set[int]
) -> None:
    keys = [(row["start"], -row["end"], row["type"]) for row in rows]
    if keys != sorted(set(keys)):
        raise _broken("spans", "not sorted, or a span is repeated", rows[0])
    for number, row in enumerate(rows):
        start, end = row["start"], row["end"]
        if row["span_id"] != number:
            raise _broken("spans", "span_id does not count up by one", row)
        if not 0 <= start < end <= len(text):
            raise _broken("spans", "empty, or leaves the document", row)
        if row["text"] != text[start:end]:
            raise _broken("spans", "text is not document[start:end]", row)
        if not 0 <= row["sentence_id"] < len(sentences):
            raise _broken("spans", "there is no such sentence", row)
        home = sentences[row["sentence_id"]]
        if (home["start"] <= start and end <= home["end"]) == row["crosses_sentence"]:
            raise _broken("spans", "crosses_sentence is wrong", row)
        if (start in starts and end in ends) != row["fits_words"]:
            raise _broken("spans", "fits_words is wrong", row)
        if _depth(rows[:number], row) != row["depth"]:
            raise _broken("spans", "depth is wrong", row)
        for other in rows[number + 1 :]:
            if other["start"] >= end:
                break
            if start < other["start"] and end < other["end"] and row["type"] == other["type"]:
                raise _broken("spans", f"crosses {other['start']}-{other['end']} of its type", row)


def _depth(before: Sequence[Row], row: Row) -> int:
    """Return the length of the longest chain of mentions around a row, all in earlier rows."""
    around = [
        other
        for other in before
        if other["end"] >= row["end"]
        and (other["start"], other["end"]) != (row["start"], row["end"])
    ]
    return max((1 + _depth(around[:i], other) for i, other in enumerate(around)), default=0)


def _by_document(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row["document_id"], []).append(row)
    return groups


def _broken(table: str, law: str, row: Row | None = None) -> InputError:
    return InputError(
        f"{table}: {law}" + (f" in {dict(row)}" if row else ""),
        remedy="the reader or the type map of this corpus is wrong; nothing was written",
    )
