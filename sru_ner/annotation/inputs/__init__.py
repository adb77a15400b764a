"""What can be annotated: files of many formats, read one document at a time.

A format is a function `read(source, columns, on_incident)` that yields `TextDocument`s. Annotations
that a file holds already are not read. What cannot be read is left out and noted, as in the
readers of corpora, which do the reading where there is one of the format.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs import bioc, jsonl, parquet, pubmed, pubtator, table, text
from sru_ner.annotation.inputs.source import PACKED, Columns, Source
from sru_ner.corpora.incidents import OnIncident
from sru_ner.errors import InputError, UnknownNameError


@dataclass(frozen=True, slots=True)
class InputFormat:
    """A format that can be read."""

    read: Callable[[Source, Columns, OnIncident], Iterator[TextDocument]]
    suffixes: tuple[str, ...]
    """How names of its files end; a further `.gz` is allowed."""


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
"""By the name that the command line uses."""

SUFFIXES = tuple(sorted({suffix for each in INPUTS.values() for suffix in each.suffixes}))
"""How names of files end that can be read."""

_HEAD = 4096
"""Bytes of a file that are looked at where its name leaves two formats."""


def find_input(name: str) -> InputFormat:
    """The format of a name. Raises `UnknownNameError`."""
    if name not in INPUTS:
        raise UnknownNameError("input format", name, INPUTS)
    return INPUTS[name]


def guess_input(source: Source) -> str:
    """The name of a source's format, by the end of its name and, if need be, its first bytes.

    Standard input is taken for text. Raises `InputError` where nothing tells.
    """
    if source.path is None:
        return "text"
    name = source.path.name.lower().removesuffix(PACKED)
    found = [key for key, each in INPUTS.items() if name.endswith(each.suffixes)]
    if not found:
        raise InputError(
            "the name does not tell the format",
            path=source.path,
            remedy=f"say it with --format: {', '.join(INPUTS)}",
        )
    if len(found) == 1:
        return found[0]
    with source.open() as stream:
        head = stream.read(_HEAD)
    if "bioc-xml" in found:
        return "pubmed-xml" if f"<{pubmed.ROOT}".encode() in head else "bioc-xml"
    return "jsonl" if _is_record(head.split(b"\n", 1)[0]) else "bioc-json"


def _is_record(line: bytes) -> bool:
    """Whether a first line is a record with a text, and no collection of documents."""
    try:
        record = json.loads(line)
    except ValueError:
        return False
    return isinstance(record, dict) and not {"documents", "passages", "PubTator3"} & set(record)
