"""What can be annotated: files of many formats, read one document at a time.

A format is a function `read(source, columns, notice)` that yields `TextDocument`s. Annotations
that a file holds already are not read. What cannot be read is left out and noted, as in the
readers of corpora, which do the reading where there is one of the format.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sru_ner.errors import UnknownNameError
from sru_ner.inference.documents import Notice, TextDocument
from sru_ner.inference.inputs import bioc, jsonl, parquet, pubmed, pubtator, table, text
from sru_ner.inference.inputs.source import Columns, Source


@dataclass(frozen=True, slots=True)
class InputFormat:
    """A format that can be read."""

    read: Callable[[Source, Columns, Notice], Iterator[TextDocument]]
    suffixes: tuple[str, ...]
    """How names of its files end; a further `.gz` is allowed."""


INPUTS: Mapping[str, InputFormat] = MappingProxyType(
    {
        "text": InputFormat(text.read, (".txt", ".text")),
        "jsonl": InputFormat(jsonl.read, (".jsonl", ".ndjson")),
        "csv": InputFormat(table.read, (".csv", ".tsv")),
        "parquet": InputFormat(parquet.read, (".parquet",)),
        "pubtator": InputFormat(pubtator.read, (".pubtator",)),
        "bioc-xml": InputFormat(bioc.read_xml, (".bioc.xml",)),
        "bioc-json": InputFormat(bioc.read_json, (".json",)),
        "pubmed-xml": InputFormat(pubmed.read, ()),
    }
)
"""By the name that the command line uses. Two formats share `.xml`: the root tells them apart."""


def read_source(
    source: Source, columns: Columns, notice: Notice, *, format_: str
) -> Iterator[TextDocument]:
    """Yield the documents of a file or of standard input.

    Raises `UnknownNameError` for a format that there is not, `InputError` for a file that is not
    of it.
    """
    if format_ not in INPUTS:
        raise UnknownNameError("input format", format_, INPUTS)
    return INPUTS[format_].read(source, columns, notice)
