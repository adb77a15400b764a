"""Reads and writes files of a JSON object a line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from sru_ner.errors import InputError
from sru_ner.files import read_text, write_text

_REMEDY = "export the annotations again, as JSONL"


def write_lines(
    path: Path, records: Iterable[Mapping[str, Any]], *, only_ascii: bool = False
) -> None:
    """Write a record a line, atomically. only_ascii: escape all other characters."""
    lines = (json.dumps(each, ensure_ascii=only_ascii) + "\n" for each in records)
    write_text(path, "".join(lines))


def read_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line and record; raise `InputError` for a line that is no JSON object."""
    # Not `splitlines`: a text may hold other line separators.
    for number, line in enumerate(read_text(path, remedy=_REMEDY).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            record = None
        if not isinstance(record, dict):
            raise InputError("this is no JSON object", path=path, line=number, remedy=_REMEDY)
        yield number, record
