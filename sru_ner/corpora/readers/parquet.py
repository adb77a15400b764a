"""Parquet: the tables of the common schema, or a table with a document and its spans in each row.

`sru-ner harmonize` writes the tables of the common schema, here or on another machine. The metadata
of a file says which table it is. `documents` and `spans` are needed, `sentences` may be missing,
and `inventories` are skipped. Together they hold one split of one source. `members` can choose it:
`"*/source=x/split=train/*"`.

Assumptions: those of `dataset/schema.py`. Older versions of the schema are migrated. Types are the
harmonised ones. Numbers of rows take the place of lines: a document's row is that in `documents`, a
mention's row is that in `spans`.

Files of other tables are read row by row (`parquet_rows.py`).
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa

from sru_ner.corpora.archives import read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.parquet_rows import has_rows, read_rows
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import RawDocument, RawMention, RawSentence, Reading
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.dataset.schema import text_digest
from sru_ner.dataset.tables import decode_table
from sru_ner.errors import InputError
from sru_ner.text.invisible import is_blank

_REMEDY = "copy the files again from where `sru-ner harmonize` wrote them"

Row = Mapping[str, Any]


class Options(RecordOptions):
    """Options of the reader. Those for records concern other tables than ours."""

    members: str = "*.parquet"
    """Glob for the files of a folder or archive that are tables."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the tables of one split, or rows with documents.

    A row without an identifier is named `<name>-<row>`. A document whose text or sentences are not
    as the schema requires is left out and counted with its mentions. Raises `InputError` if a file
    is not of the schema or of a version that cannot be migrated, if a table is missing, or if there
    is more than one split.
    """
    parts = list(read_parts(path, options.members))
    if all(has_rows(part) for part in parts):
        return read_rows(path, parts, name, options)
    tables: dict[str, list[Row]] = {"documents": [], "spans": []}
    for part in parts:
        table, content = decode_table(pa.py_buffer(part.content), path=part.place, remedy=_REMEDY)
        tables.setdefault(table, []).extend(content.to_pylist())
    _check(path, tables)
    sentences = None if "sentences" not in tables else _by_document(tables["sentences"])
    spans = _by_document(tables["spans"])
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    for number, row in enumerate(tables["documents"], start=1):
        key = row["document_id"]
        mentions = [_mention(row["text"], line, span) for line, span in spans.pop(key, ())]
        own = None if sentences is None else [sentence for _, sentence in sentences.get(key, ())]
        problem = _problem(row, own)
        if problem:
            detail = f"{problem}: left out"
            incidents.append(
                Incident("refused", "broken_document", number, detail, max(1, len(mentions)))
            )
        else:
            documents.append(_document(number, row, mentions, own))
    for rows in spans.values():
        detail = "there is no such document in the table of documents"
        incidents += (Incident("refused", "no_document", line, detail) for line, _ in rows)
    if not documents:
        problem = "there is no document in it" + (f": {incidents[0].detail}" if incidents else "")
        raise InputError(problem, path=path, remedy=_REMEDY)
    return Reading(tuple(documents), tuple(incidents))


def _check(path: Path, tables: Mapping[str, Sequence[Row]]) -> None:
    """Raise `InputError` unless there is one split of one source, with documents and spans."""
    for table in ("documents", "spans"):
        if not tables[table]:
            raise InputError(
                f"the table of {table} is missing or empty",
                path=path,
                remedy="name the folder or archive with documents and spans, and check `members`",
            )
    rows = [*tables["documents"], *tables["spans"], *tables.get("sentences", ())]
    held = {(row["source"], row["split"]) for row in rows}
    if len(held) > 1:
        listed = ", ".join("/".join(pair) for pair in sorted(held)[:5])
        raise InputError(
            f"there is more than one source or split: {listed}",
            path=path,
            remedy="choose one by `members`, such as '*/source=x/split=train/*'",
        )


def _by_document(rows: Iterable[Row]) -> dict[str, list[tuple[int, Row]]]:
    """Return the rows of each document, with their numbers from 1."""
    groups: dict[str, list[tuple[int, Row]]] = {}
    for number, row in enumerate(rows, start=1):
        groups.setdefault(row["document_id"], []).append((number, row))
    return groups


def _mention(text: str, line: int, span: Row) -> RawMention:
    place = span["start"], span["end"]
    return place_mention(text, [place], type_=span["type"], line=line, quoted=span["text"])


def _problem(row: Row, sentences: Sequence[Row] | None) -> str | None:
    """Return what is wrong with a document's text or sentences; None if nothing is."""
    text = row["text"]
    if text_digest(text) != row["sha256"]:
        return "the text does not have the given sha256"
    if sentences is None:
        return None
    places = [(sentence["start"], sentence["end"]) for sentence in sentences]
    if not _in_order(places, 0, len(text)) or bool(places) == is_blank(text):
        return "the sentences are not ranges of its text, one after the other"
    for start, end, sentence in ((*place, s) for place, s in zip(places, sentences, strict=True)):
        if not _in_order(_words(sentence), start, end):
            return "the words are not ranges of their sentence, one after the other"
    return None


def _in_order(places: Sequence[tuple[int, int]], start: int, end: int) -> bool:
    """Whether ranges are not empty, ascend without overlap, and are between start and end."""
    ranges = [(start, start), *places, (end, end)]
    return all(a < b for a, b in places) and all(b <= c for (_, b), (c, _) in pairwise(ranges))


def _words(sentence: Row) -> tuple[tuple[int, int], ...]:
    return tuple((word["start"], word["end"]) for word in sentence["words"])


def _document(
    number: int, row: Row, mentions: Iterable[RawMention], sentences: Iterable[Row] | None
) -> RawDocument:
    annotated = row["annotated_types"]
    return RawDocument(
        id=row["document_id"],
        text=row["text"],
        mentions=tuple(mentions),
        line=number,
        sentences=None
        if sentences is None
        else tuple(RawSentence(s["start"], s["end"], _words(s)) for s in sentences),
        annotated_types=None if annotated is None else tuple(annotated),
        judged=tuple((p["start"], p["end"], p["type"]) for p in row["judged"] or ()),
    )
