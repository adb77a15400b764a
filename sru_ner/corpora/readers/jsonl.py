"""JSON Lines: one document on each line, as annotation tools and data set hubs write them.

    {"id": "7", "text": "IL-2 in mice", "spans": [{"start": 0, "end": 4, "label": "Gene"}]}

`records.py` and `record_forms.py` describe what a line may hold.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.json_values import kind_of
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.corpora.readers.raw import (
    MalformedError,
    RawDocument,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)
from sru_ner.corpora.readers.record_options import RecordOptions
from sru_ner.corpora.readers.records import parse_record, read_document


class Options(RecordOptions, TextOptions):
    """Options for what the format does not define."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document without an identifier is named `<name>-<line>`.

    A line that is not a document is left out and counted. Raises `InputError` if a file is not
    in its encoding or has no document.
    """
    return read_all(path, options.members, lambda part: _read(part, name, options))


def _read(part: Part, name: str, options: Options) -> Reading:
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    prefix = "-".join(filter(None, (name, part.name)))
    for number, line in numbered_lines(part, options.encoding):
        if not line.strip():
            continue
        try:
            value = parse_record(line)
            unnamed = f"{prefix}-{number:06d}"
            document = read_document(number, value, unnamed, options, incidents)
        except MalformedError as error:
            incidents.append(Incident("refused", "malformed_line", number, str(error)))
            continue
        documents += [document] if document else []
    if not documents:
        raise empty_file_error(
            "document",
            part,
            incidents,
            remedy="write one JSON object on each line; sru_ner/corpora/readers/record_forms.py"
            " names the keys",
        )
    return Reading(tuple(documents), tuple(incidents))


def read_record(line: str) -> dict[str, Any]:
    """Return the JSON object in a line. Raises `MalformedError` if there is no valid one."""
    record = parse_record(line)
    if not isinstance(record, dict):
        raise MalformedError(f"not a JSON object but {kind_of(record)}")
    return record


def numbered_records(part: Part, options: Options) -> Iterator[tuple[int, Any]]:
    """Yield (number, JSON value) of each line that holds one; other lines are passed over."""
    for number, line in numbered_lines(part, options.encoding):
        try:
            yield number, parse_record(line)
        except MalformedError:
            continue
