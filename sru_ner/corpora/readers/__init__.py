"""One reader a format: each turns a file into raw documents and says what was wrong with it.

A reader is a module with `Options` (a pydantic model of what the catalog may set) and
`read(path, *, name, options) -> Reading`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from sru_ner.corpora.readers import (
    bioc_json,
    bioc_xml,
    brat,
    genia,
    iob,
    jsonl,
    parquet,
    pubtator,
    spans_csv,
)
from sru_ner.corpora.readers.raw import Reading
from sru_ner.errors import UnknownNameError


@dataclass(frozen=True, slots=True)
class Reader:
    """A format that the catalog can name."""

    options: type[BaseModel]
    read: Callable[..., Reading]


READERS: Mapping[str, Reader] = MappingProxyType(
    {
        "bioc_json": Reader(bioc_json.Options, bioc_json.read),
        "bioc_xml": Reader(bioc_xml.Options, bioc_xml.read),
        "brat": Reader(brat.Options, brat.read),
        "genia": Reader(genia.Options, genia.read),
        "iob": Reader(iob.Options, iob.read),
        "jsonl": Reader(jsonl.Options, jsonl.read),
        "parquet": Reader(parquet.Options, parquet.read),
        "pubtator": Reader(pubtator.Options, pubtator.read),
        "spans_csv": Reader(spans_csv.Options, spans_csv.read),
    }
)
"""All formats, by the name the catalog uses."""


def read_file(reader: str, path: Path, *, name: str, options: Mapping[str, Any]) -> Reading:
    """Read one raw file.

    `name` is what documents without an identifier of their own are called after. Raises
    `UnknownNameError` for a reader that does not exist, `InputError` for a file that is not of
    its format.
    """
    if reader not in READERS:
        raise UnknownNameError("reader", reader, READERS)
    found = READERS[reader]
    return found.read(path, name=name, options=found.options.model_validate(dict(options)))
