"""What annotated documents are written as, one module a format.

A format is a function `write(documents, out, context)` that takes the documents one by one and
writes each as it comes. `out` is a binary file, or the path of a folder to be made. What the format
cannot hold is left out or replaced and noted, never silently.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs import bioc_json, bioc_xml, brat, conll, jsonl, parquet, pubtator
from sru_ner.annotation.outputs import page as html
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.errors import InputError, UnknownNameError


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """A format that can be written."""

    write: Callable[[Iterable[AnnotatedDocument], Any, WriteContext], None]
    suffix: str
    """How names of its files end; a folder's has none."""
    folder: bool = False
    """Whether `out` is the path of a folder to be made, not a binary file."""


OUTPUTS: Mapping[str, OutputFormat] = MappingProxyType(
    {
        "jsonl": OutputFormat(jsonl.write, ".jsonl"),
        "parquet": OutputFormat(parquet.write, ".parquet"),
        "pubtator": OutputFormat(pubtator.write, ".pubtator"),
        "bioc-xml": OutputFormat(bioc_xml.write, ".xml"),
        "bioc-json": OutputFormat(bioc_json.write, ".json"),
        "brat": OutputFormat(brat.write, "", folder=True),
        "conll": OutputFormat(conll.write, ".conll"),
        "html": OutputFormat(html.write, ".html"),
    }
)
"""By the name that the command line uses."""


def find_output(name: str) -> OutputFormat:
    """The format of a name. Raises `UnknownNameError`."""
    if name not in OUTPUTS:
        raise UnknownNameError("output format", name, OUTPUTS)
    return OUTPUTS[name]


def guess_output(file: str) -> str:
    """The name of the format that a file's name ends in. Raises `InputError` where none does."""
    for name, format_ in OUTPUTS.items():
        if format_.suffix and file.lower().endswith(format_.suffix):
            return name
    endings = ", ".join(format_.suffix for format_ in OUTPUTS.values() if format_.suffix)
    raise InputError(
        "the name does not tell the format to write",
        path=file,
        remedy=f"say it with --to, or end the name in one of {endings}",
    )
