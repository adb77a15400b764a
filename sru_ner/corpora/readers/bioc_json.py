"""BioC JSON: the same collections of documents as BioC XML, as the `bioc` tools write them.

    {"documents": [{"id": "1", "passages": [{"offset": 0, "text": "IL-2 in mice", "annotations":
    [{"infons": {"type": "Gene"}, "text": "IL-2", "locations": [{"offset": 0, "length": 4}]}]}]}]}

`bioc.py` describes how the data are understood. A file holds a collection, one document or a list
of either (PubTator calls its list `PubTator3`), or several of these one after another.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.bioc import (
    MAX_OFFSET,
    Annotation,
    BiocOptions,
    Draft,
    Stretch,
    finish,
    infon_names,
    type_name,
    whole,
)
from sru_ner.corpora.readers.json_values import after_blank, check_characters, kind_of, next_value
from sru_ner.corpora.readers.lines import Encoding, decoded
from sru_ner.corpora.readers.raw import MalformedError, RawDocument, Reading, read_all
from sru_ner.errors import InputError

_LISTS = ("documents", "PubTator3")


class Options(BiocOptions):
    """Options of the reader, the same as for BioC XML, and the encoding."""

    members: str = "*.json"
    encoding: Encoding = "utf-8"
    """Encoding of the files. A file that begins with a byte order mark needs no option."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files behind `path`. Documents have identifiers, so `name` is not used.

    A document that cannot be read is left out and counted with its annotations. The details name
    its place (`documents[3].passages[1]`). Raises `InputError` if a file is not JSON or has no
    document.
    """
    return read_all(path, options.members, lambda part: _read(part, options))


def _read(part: Part, options: Options) -> Reading:
    return whole(read_documents(part, options), part)


def read_documents(part: Part, options: Options) -> Iterator[RawDocument | Incident]:
    """Yield each document of a file and its incidents.

    Raises `InputError` if the file is not JSON, or has something else than documents.
    """
    for line, value in _values(part, options.encoding):
        for where, record in _records(value, "", part, line):
            found: list[Incident] = []
            try:
                draft = _draft(record, where, line, options, found)
                document, noted = finish(draft, options)
            except MalformedError as error:
                detail = _at(where, str(error))
                yield Incident("refused", "malformed_document", line, detail, _count(record))
                continue
            yield document
            yield from found + noted


def _values(part: Part, encoding: Encoding) -> Iterator[tuple[int, Any]]:
    """Yield each JSON value of the file with the line on which it begins."""
    text = decoded(part, encoding)
    line, counted, position = 1, 0, after_blank(text, 0)
    while position < len(text):
        line += text.count("\n", counted, position)
        counted = position
        value, end = next_value(text, position, line, part)
        yield line, value
        position = after_blank(text, end)


def _records(value: Any, where: str, part: Part, line: int) -> Iterator[tuple[str, Any]]:
    """Yield each document with its place."""
    if isinstance(value, list) and not where:
        for i, item in enumerate(value):
            yield from _records(item, f"[{i}]", part, line)
        return
    if isinstance(value, dict):
        listed = next((key for key in _LISTS if key in value), None)
        if listed is None and "passages" in value:
            yield where, value
            return
        if listed is not None and isinstance(value[listed], list):
            prefix = f"{where}.{listed}" if where else listed
            yield from ((f"{prefix}[{i}]", item) for i, item in enumerate(value[listed]))
            return
    problem = f"neither a list of documents nor a document with passages, but {kind_of(value)}"
    raise InputError(
        _at(where, problem),
        path=part.place,
        line=line,
        remedy='a BioC file is {"documents": [{"id": …, "passages": […]}, …]}',
    )


def _draft(
    record: Any, where: str, line: int, options: Options, incidents: list[Incident]
) -> Draft:
    document = _object(record, "the document")
    identifier = document.get("id")
    if isinstance(identifier, bool) or not isinstance(identifier, (str, int, type(None))):
        raise MalformedError(f"id is {kind_of(identifier)}, not a string or a number")
    name = "" if identifier is None else str(identifier).strip()
    draft = Draft(name, line, _infons(document))
    check_characters(draft.id)
    holders: list[tuple[str, Mapping[str, Any], Stretch | None]] = []
    for place, passage in _objects(document, "passages"):
        sentences = list(_objects(passage, "sentences", place))
        own = None
        kind = _infons(passage).get("type")
        name = kind.strip() if isinstance(kind, str) else ""
        if not _string(passage, "text", place) and any(s.get("text") for _, s in sentences):
            found = []
            for i, (inner, sentence) in enumerate(sentences):
                found.append(
                    _stretch(sentence, inner, name, begins_passage=i == 0, is_sentence=True)
                )
        else:
            own = _stretch(passage, place, name, begins_passage=True, is_sentence=False)
            found = [own]
        draft.stretches += found
        holders.append((place, passage, own))
        for i, (inner, sentence) in enumerate(sentences):
            holders.append((inner, sentence, own or found[i]))
    holders.append(("", document, None))
    for place, holder, home in holders:
        _add_annotations(draft, holder, (where, place), home, options, incidents)
        for inner, _ in _objects(holder, "relations", place):
            detail = _at(_path(where, inner), "a relation is not read")
            incidents.append(Incident("noted", "relation", line, detail, 0))
    return draft


def _infons(record: Mapping[str, Any]) -> Mapping[str, Any]:
    infons = record.get("infons")
    if not isinstance(infons, dict):
        return {}
    check_characters(json.dumps(infons, ensure_ascii=False))
    return infons


def _stretch(
    record: Mapping[str, Any], place: str, name: str, *, begins_passage: bool, is_sentence: bool
) -> Stretch:
    offset, text = _number(record, "offset", place), _string(record, "text", place) or ""
    return Stretch(offset, text, begins_passage, is_sentence, name)


def _add_annotations(
    draft: Draft,
    holder: Mapping[str, Any],
    places: tuple[str, str],
    home: Stretch | None,
    options: Options,
    incidents: list[Incident],
) -> None:
    where, place = places
    listed = holder.get("annotations") or []
    if not isinstance(listed, list):
        raise MalformedError(f"{_path(place, 'annotations')} is {kind_of(listed)}, not a list")
    for i, record in enumerate(listed):
        inner = _path(place, f"annotations[{i}]")
        try:
            draft.annotations.append(_annotation(record, draft.line, home, options))
        except MalformedError as error:
            detail = _at(_path(where, inner), str(error))
            incidents.append(Incident("refused", "malformed_annotation", draft.line, detail))


def _annotation(record: Any, line: int, home: Stretch | None, options: Options) -> Annotation:
    annotation = _object(record, "it")
    infons = _object(annotation.get("infons") or {}, "infons")
    infon = infons.get(options.type_infon)
    type_ = type_name(infon, options) if isinstance(infon, str) else ""
    if not type_:
        found = infon_names(infons, options)
        raise MalformedError(
            f"infon {options.type_infon!r} is missing, empty or not a string{found}"
        )
    check_characters(type_)
    locations = tuple(
        (_number(location, "offset", place), _number(location, "length", place))
        for place, location in _objects(annotation, "locations")
    )
    return Annotation(type_, locations, _string(annotation, "text", ""), line, home)


def _objects(
    record: Mapping[str, Any], key: str, place: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the objects of a list, which may be missing, each with its place."""
    listed = record.get(key) or []
    if not isinstance(listed, list):
        raise MalformedError(f"{_path(place, key)} is {kind_of(listed)}, not a list")
    for i, item in enumerate(listed):
        inner = _path(place, f"{key}[{i}]")
        yield inner, _object(item, inner)


def _object(value: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MalformedError(f"{what} is {kind_of(value)}, not an object")
    return value


def _string(record: Mapping[str, Any], key: str, place: str) -> str | None:
    value = record.get(key)
    if value is not None and not isinstance(value, str):
        raise MalformedError(f"{_path(place, key)} is {kind_of(value)}, not a string")
    check_characters(value or "")
    return value


def _number(record: Mapping[str, Any], key: str, place: str) -> int:
    value = record.get(key)
    if type(value) is int and 0 <= value <= MAX_OFFSET:
        return value
    raise MalformedError(f"{_path(place, key)} is not a whole number from 0 to {MAX_OFFSET}")


def _count(record: Any) -> int:
    """Count the annotations of a document that cannot be read, as far as they can be found."""
    holders = [record]
    for key in ("passages", "sentences"):
        holders += [item for holder in holders for item in _listed(holder, key)]
    return sum(len(_listed(holder, "annotations")) for holder in holders)


def _listed(record: Any, key: str) -> list[Any]:
    listed = record.get(key) if isinstance(record, dict) else None
    return listed if isinstance(listed, list) else []


def _path(*places: str) -> str:
    return ".".join(filter(None, places))


def _at(where: str, problem: str) -> str:
    return f"{where}: {problem}" if where else problem
