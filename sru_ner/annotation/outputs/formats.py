"""Lists the formats that can be written, and finds one by its name or by the name of a file.

A format is a function `write(documents, out, context)`. It takes the documents one by one and
writes each at once. `out` is a binary file, or the path of a folder to make. What the format cannot
hold is left out or replaced, and each time reported as an incident.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs import bioc_json, bioc_xml, brat, conll, jsonl, parquet, pubtator
from sru_ner.annotation.outputs import page as html
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.errors import InputError, UnknownNameError


@dataclass(frozen=True, slots=True)
class OutputFormat:
    """Format that can be written."""

    write: Callable[[Iterable[AnnotatedDocument], Any, WriteContext], None]
    suffix: str
    """Ending of the names of its files; empty for a folder."""
    folder: bool = False
    """True if `write` takes the path of a folder to make, False if it takes a binary file."""
    with_text: bool = False
    """Whether the text of the document has to be a file next to the one that is written."""

    def write_path(
        self, documents: Iterable[AnnotatedDocument], path: Path, context: WriteContext
    ) -> None:
        """Write documents to a path, which becomes a file or a folder."""
        if self.folder:
            self.write(documents, path, context)
            return
        with path.open("wb") as out:
            self.write(documents, out, context)
            out.flush()
            os.fsync(out.fileno())


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
"""Formats by the name that the command line uses."""

BRAT_FILES = OutputFormat(brat.write_lines, ".ann", with_text=True)
"""brat if each document is a file: one file of annotations for each, next to a copy of its text."""


def find_output(name: str) -> OutputFormat:
    """Return the format of a name; raise `UnknownNameError` if there is none."""
    if name not in OUTPUTS:
        raise UnknownNameError("output format", name, OUTPUTS)
    return OUTPUTS[name]


def guess_output(file: str) -> str:
    """Return the name of the format that the ending of a file's name stands for.

    Raises `InputError` if no format has this ending.
    """
    for name, format_ in OUTPUTS.items():
        if format_.suffix and file.lower().endswith(format_.suffix):
            return name
    endings = ", ".join(format_.suffix for format_ in OUTPUTS.values() if format_.suffix)
    raise InputError(
        "the name does not tell the format to write",
        path=file,
        remedy=f"name the format with --to, or end the name in one of {endings}",
    )
