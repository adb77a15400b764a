"""Lists the formats that can be read, and finds one by its name or by looking at a source.

A format is a function `read(source, options, on_incident)` that yields `TextDocument`s one at a
time. It ignores annotations in the file. It leaves out what cannot be read, and reports it as an
incident. Formats of corpora are read by the readers of corpora.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs import bioc, jsonl, parquet, pubmed, pubtator, table, text
from sru_ner.annotation.inputs.source import PACKED, InputOptions, Source
from sru_ner.corpora.incidents import OnIncident
from sru_ner.corpora.readers.lines import MARK
from sru_ner.errors import InputError, UnknownNameError


@dataclass(frozen=True, slots=True)
class InputFormat:
    """Format that can be read."""

    read: Callable[[Source, InputOptions, OnIncident], Iterator[TextDocument]]
    suffixes: tuple[str, ...]
    """Endings of the names of its files; each may be followed by `.gz`."""


INPUTS: Mapping[str, InputFormat] = MappingProxyType(
    {
        "text": InputFormat(text.read, (".txt", ".text")),
        "jsonl": InputFormat(jsonl.read, (".jsonl", ".ndjson", ".json")),
        "csv": InputFormat(table.read, (".csv", ".tsv")),
        "parquet": InputFormat(parquet.read, (".parquet",)),
        "pubtator": InputFormat(pubtator.read, (".pubtator",)),
        "bioc-xml": InputFormat(bioc.read_xml, (".xml",)),
        "bioc-json": InputFormat(bioc.read_json, (".json",)),
        "pubmed-xml": InputFormat(pubmed.read, (".xml",)),
    }
)
"""Formats by the name that the command line uses."""

SUFFIXES = tuple(sorted({suffix for each in INPUTS.values() for suffix in each.suffixes}))
"""Endings of the names of files that can be read."""

_PUBMED = re.compile(rb"<Pubmed(Book)?Article")
_COLLECTION = frozenset(("documents", "passages", "PubTator3"))
"""Keys of BioC in JSON."""
_COLLECTION_KEY = re.compile(rb'"(documents|passages|PubTator3)"\s*:')
_HEAD = 4096
"""Bytes that are read of a file if its name fits two formats."""


def find_input(name: str) -> InputFormat:
    """Return the format of a name; raise `UnknownNameError` if there is none."""
    if name not in INPUTS:
        raise UnknownNameError("input format", name, INPUTS)
    return INPUTS[name]


def guess_input(source: Source) -> str:
    """Return the name of a source's format.

    It is guessed from the ending of the source's name and, if two formats have this ending, from
    its first bytes. Standard input and other pipes are taken for text. Raises `InputError` if no
    format has this ending.
    """
    if source.path is None:
        return "text"
    found = _formats_of(source.path)
    if not found:
        raise InputError(
            "the name does not tell the format",
            path=source.path,
            remedy=f"name the format with --format: {', '.join(INPUTS)}",
        )
    if len(found) == 1:
        return found[0]
    with source.open() as stream:
        head = stream.read(_HEAD)
    if "bioc-xml" in found:
        return "pubmed-xml" if _PUBMED.search(head) else "bioc-xml"
    return "bioc-json" if _is_bioc(head) else "jsonl"


def _formats_of(path: Path) -> list[str]:
    """Return the names of the formats that a file may have by the ending of its name."""
    name = path.name.lower().removesuffix(PACKED)
    return [key for key, each in INPUTS.items() if name.endswith(each.suffixes)]


def refuse_other_names(sources: Iterable[Source]) -> None:
    """Raise `InputError` if a file is to be read as text, but its name says that it is none."""
    for source in sources:
        found = _formats_of(source.path) if source.path else []
        if found and "text" not in found:
            raise InputError(
                f"--unit file is for plain text, but this file is {' or '.join(found)} by its name",
                path=source.path,
                remedy="leave out --unit; or add --format text to annotate the markup, too",
            )


def refuse_other_formats(
    documents: Iterable[TextDocument], source: Source
) -> Iterator[TextDocument]:
    """Yield documents of a pipe that was taken for text.

    Raises `InputError` if its first line is the beginning of JSON or XML, which would be annotated
    together with its markup.
    """
    first = True
    for document in documents:
        if first and (kind := _markup(document.text)):
            name = "jsonl" if kind == "JSON" else "bioc-xml or pubmed-xml"
            raise InputError(
                f"the first line is {kind}, but a pipe is read as text if no format is named",
                path=source.place,
                line=1,
                remedy=f"add --format {name}; or --format text to annotate the markup, too",
            )
        first = False
        yield document


def _markup(line: str) -> str | None:
    """Return JSON or XML if a line is the beginning of such a file."""
    line = line.strip().removeprefix(MARK)
    if line.startswith(("<?xml", "<!DOCTYPE", "<Pubmed", "<collection")):
        return "XML"
    return "JSON" if line in ("[", "{") or re.match(r"\[?\s*\{\s*\"|\[\s*\"", line) else None


def _is_bioc(head: bytes) -> bool:
    """Tell whether a JSON file holds a collection of documents with passages, not records."""
    try:
        record = json.loads(head.split(b"\n", 1)[0])
    except ValueError:
        return _COLLECTION_KEY.search(head) is not None
    records = record if isinstance(record, list) else [record]
    return any(isinstance(each, dict) and not _COLLECTION.isdisjoint(each) for each in records)
