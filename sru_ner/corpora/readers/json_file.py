"""JSON: a list of records in one file, one record, or several of them one after another.

`records.py` and `record_forms.py` describe the records. A list may also be inside an object, under
its only key with a list or under the one that the option `records` names. An object whose values
are all records has their identifiers as keys.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import after_blank, check_characters, next_value, not_json
from sru_ner.corpora.readers.lines import decoded
from sru_ner.corpora.readers.raw import (
    MalformedError,
    RawDocument,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.records import find_form, read_document
from sru_ner.errors import InputError


class Options(RecordOptions, TextOptions):
    """Options for what the format does not define."""

    members: str = "*.json"
    """Glob for the files of a folder or archive that are read; `*` matches `/` too."""
    records: str | None = None
    """Key of the list of records, if the file holds an object with several lists."""


@dataclass(frozen=True, slots=True)
class Element:
    """A record and where it is."""

    line: int
    """Line on which it begins, from 1; that of the object that holds it, if there is one."""
    value: Any
    key: str = ""
    """Its identifier, if it is a value of an object."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document without an identifier is named `<name>-<ordinal>`.

    A record that is not a document is left out and counted. Raises `InputError` if a file is not
    in its encoding, is not JSON, or has no document.
    """
    return read_all(path, options.members, lambda part: _read(part, name, options))


def _read(part: Part, name: str, options: Options) -> Reading:
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    prefix = "-".join(filter(None, (name, part.name)))
    for ordinal, element in enumerate(elements(part, options), start=1):
        unnamed = element.key or f"{prefix}-{ordinal:06d}"
        try:
            check_characters(json.dumps(element.value, ensure_ascii=False))
            document = read_document(element.line, element.value, unnamed, options, incidents)
        except MalformedError as error:
            detail = f"record {ordinal}: {error}"
            incidents.append(Incident("refused", "malformed_record", element.line, detail))
            continue
        documents += [document] if document else []
    if not documents:
        raise empty_file_error(
            "document",
            part,
            incidents,
            remedy="sru_ner/corpora/readers/record_forms.py names the keys of records; name others"
            " with the options text and spans, or tokens and tags",
        )
    return Reading(tuple(documents), tuple(incidents))


def elements(part: Part, options: Options) -> Iterator[Element]:
    """Yield each record of a file.

    Raises `InputError` if the file is not JSON, or if it is not known where its records are.
    """
    text = decoded(part, options.encoding)
    in_list = text.startswith("[", after_blank(text, 0))
    for line, value in _values(text, part):
        if in_list or find_form(value, options) or not isinstance(value, dict):
            yield Element(line, value)
            continue
        lists = {key: held for key, held in value.items() if isinstance(held, list) and held}
        if options.records is None and value and not lists and _are_records(value, options):
            yield from (Element(line, held, key) for key, held in value.items())
            continue
        with_records = [
            key for key, held in lists.items() if any(find_form(x, options) for x in held)
        ]
        key = options.records or (with_records[0] if len(with_records) == 1 else None)
        if key not in lists:
            keys = ", ".join(list(value)[:8]) or "none"
            raise InputError(
                f"this object is neither a record nor holds one list of records; its keys: {keys}",
                path=part.place,
                line=line,
                remedy="name the list with the option records, or the keys of a record with the"
                " options text and spans, or tokens and tags",
            )
        yield from (Element(line, held) for held in lists[key])


def _are_records(value: dict[str, Any], options: Options) -> bool:
    return all(find_form(held, options) for held in value.values())


def _values(text: str, part: Part) -> Iterator[tuple[int, Any]]:
    """Yield the elements of a list, or each of several values, with the line on which it begins."""
    position = after_blank(text, 0)
    is_list = text.startswith("[", position)
    position = after_blank(text, position + 1) if is_list else position
    line, counted = 1, 0
    while position < len(text) and not (is_list and text[position] == "]"):
        line += text.count("\n", counted, position)
        counted = position
        value, end = next_value(text, position, line, part)
        yield line, value
        position = after_blank(text, end)
        if not is_list:
            continue
        if text.startswith(",", position):
            position = after_blank(text, position + 1)
        elif not text.startswith("]", position):
            line += text.count("\n", counted, position)
            raise not_json(part, line, "a comma or the end of the list is missing")
    if is_list:
        _check_end(text, position, part)


def _check_end(text: str, position: int, part: Part) -> None:
    """Raise `InputError` if a list has no end, or if something follows it."""
    after = after_blank(text, position + 1)
    line = text.count("\n", 0, after) + 1
    if position >= len(text):
        raise not_json(part, line, "the list has no end")
    if after < len(text):
        raise not_json(part, line, "something follows the end of the list")
