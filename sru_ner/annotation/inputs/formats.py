"""Lists the formats that can be read, and finds one by its name or by looking at a source.

A format is a function `read(source, options, on_incident)` that yields `TextDocument`s one at a
time. It ignores annotations in the file. It leaves out what cannot be read, and reports it as an
incident. Formats of corpora are read by the readers of corpora.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs import bioc, jsonl, parquet, pubmed, pubtator, table, text
from sru_ner.annotation.inputs.source import PACKED, InputOptions, Source
from sru_ner.corpora.incidents import OnIncident
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
    its first bytes. Standard input is taken for text. Raises `InputError` if no format has this
    ending.
    """
    if source.path is None:
        return "text"
    name = source.path.name.lower().removesuffix(PACKED)
    found = [key for key, each in INPUTS.items() if name.endswith(each.suffixes)]
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
        return "pubmed-xml" if f"<{pubmed.ROOT}".encode() in head else "bioc-xml"
    return "jsonl" if _is_record(head.split(b"\n", 1)[0]) else "bioc-json"


def _is_record(line: bytes) -> bool:
    """Tell whether a file's first line is a record with a text, not a collection of documents."""
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and not {"documents", "passages", "PubTator3"} & set(record)
