"""Guesses the format of a user's file from its content.

A guess names a reader and its options. Reading the file shows whether it is right.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.detect_columns import guess_columns
from sru_ner.corpora.detect_json import guess_records, json_reader
from sru_ner.corpora.detect_signatures import as_utf8, reader_by_signature
from sru_ner.corpora.readers import READERS, pubtator, spans_csv
from sru_ner.corpora.readers.option_values import option_values
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.settings.validation import validate

SAMPLE = 5000
"""Number of lines that are looked at."""
MOST_FILES = 20
"""Number of files that are checked for being in one format."""
MAX_BYTES = 2**25
"""Number of bytes of a file that are searched for document markers."""
OFFSETS_SAMPLE = 1000
"""Number of lines of a PubTator file whose mentions are compared with the text."""

_PASSAGE = re.compile(r"[^|\t]+\|[a-z]+\|", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Format:
    """A reader and its options."""

    reader: str
    options: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = field(default=(), compare=False)
    """Sentences for people: how the content is understood, and what else it could mean."""


def choose_format(
    path: Path,
    reader: str | None,
    options: Mapping[str, Any],
    *,
    named_by: str = "--reader",
    more: Sequence[Path] = (),
) -> Format:
    """Return the named reader, or the one for the detected format, with additional options.

    The values of options may be texts of a command line, as `option_values` reads them.
    `named_by` is what a user names the reader with, for messages. `more` are further files of the
    same corpus, which have to be in the same format. Raises `UnknownNameError` for a reader or an
    option that does not exist, and `InputError` for a value that the option does not take.
    Otherwise raises the errors of `detect_format`.
    """
    members = str(options.get("members", "*"))
    found = (
        Format(reader)
        if reader
        else detect_format(path, named_by=named_by, more=more, members=members)
    )
    if found.reader not in READERS:
        raise UnknownNameError("reader", found.reader, READERS, place=named_by)
    options_of_reader = READERS[found.reader].options
    combined = {**found.options, **option_values(options_of_reader, options)}
    known = ", ".join(options_of_reader.model_fields)
    validate(
        options_of_reader,
        combined,
        kind=f"{found.reader} option",
        remedy=f"the reader {found.reader} has the options {known}",
    )
    return replace(found, options=combined)


def detect_format(
    path: Path, *, named_by: str = "--reader", more: Sequence[Path] = (), members: str = "*"
) -> Format:
    """Guess the format of a file, folder or archive, and of further ones of the same corpus.

    `named_by` is what a user names a reader with, for messages. `members` is a glob for the files
    of a folder or archive that are looked at. Raises `InputError` if it is missing, empty, not
    safe, or in no known format, or if two files are in different formats.
    """
    parts = [
        replace(as_utf8(part), path=part.path.parent, name=part.path.name)
        if more and not part.name
        else as_utf8(part)
        for each in (path, *more)
        for part in read_parts(each, members)
        if part.content.strip()
    ]
    if not parts:
        raise InputError("it has no content", path=path, remedy="name a file with content")
    endings = {part.name.rpartition(".")[2] for part in parts if part.name}
    if "txt" in endings and endings & {"ann", "a1"}:
        return Format("brat")
    if signed := reader_by_signature(parts):
        return Format(signed)
    found = _of_table(parts) or _of_content(parts)
    if found is None or found.reader != "spans_csv":  # which may have texts next to the table
        _check_all_alike(parts, found, named_by)
    if found is None:
        raise InputError(
            "its first lines are in no known format of texts with marked mentions",
            path=path,
            remedy=f"if mentions are marked, name the format with {named_by}: "
            f"{', '.join(sorted(READERS))}",
        )
    if found.reader == "pubtator":
        return _pubtator(parts[0])
    return found


def _check_all_alike(parts: Sequence[Part], whole: Format | None, named_by: str) -> None:
    """Raise `InputError` if two files, looked at alone, are in different formats."""
    first: tuple[str, str] | None = (parts[0].place, whole.reader) if whole else None
    for part in parts[:: max(1, len(parts) // MOST_FILES)]:
        alone = _of_content([part])
        if alone is not None and first is not None and alone.reader != first[1]:
            raise InputError(
                f"this looks like {alone.reader}, but {first[0]} like {first[1]}",
                path=part.place,
                remedy="choose files of one format with --option members=GLOB, or name the format"
                f" with {named_by}",
            )
        if alone is not None:
            first = first or (part.place, alone.reader)


def _pubtator(part: Part) -> Format:
    """Tell whether offsets count from the start of the document, or again in each passage.

    The second is true if the mentions after the first passage are found at such offsets.
    """
    sample = replace(part, content="\n".join(_lines(part)[:OFFSETS_SAMPLE]).encode())
    found = {}
    for offsets in ("document", "passage"):
        options = pubtator.Options.model_validate({"offsets": offsets})
        found[offsets] = sum(
            mention.start >= cut and document.text[mention.start : mention.end] == mention.text
            for document in pubtator.read_part(sample, options).documents
            for cut in document.passage_cuts[:1]
            for mention in document.mentions
        )
    # Some mentions are found both ways by chance: they say nothing.
    restarting = found["passage"] > 2 * found["document"]
    return Format("pubtator", {"offsets": "passage"} if restarting else {})


def _of_table(parts: Sequence[Part]) -> Format | None:
    """Return the format of a table of spans, which may have text files next to it."""
    for part in parts:
        header = _lines(part)[0].casefold()
        columns = {column.strip(' "') for column in re.split(r"[,;\t]", header)}
        if spans_csv.names_columns(columns):
            return Format("spans_csv")
    return None


def _of_content(parts: Sequence[Part]) -> Format | None:
    part = parts[0]
    head = part.content[:4096].lstrip()
    if head.startswith(b"PAR1"):
        return _of_records("parquet", parts)
    if head.removeprefix(b"\xef\xbb\xbf").startswith(b"<"):
        return Format("genia" if b"<set" in head and b"<article" in head else "bioc_xml")
    if head.removeprefix(b"\xef\xbb\xbf")[:1] in (b"{", b"["):
        return _of_records(json_reader(part), parts)
    lines = _lines(part)
    if any(_PASSAGE.match(line) for line in lines[:50]):
        return Format("pubtator")
    return _columns(parts)


def _of_records(reader: str, parts: Sequence[Part]) -> Format:
    if reader == "bioc_json":
        return Format(reader)
    found = guess_records(reader, parts)
    return Format(reader, found.options, found.notes)


def _columns(parts: Sequence[Part]) -> Format | None:
    files = [_lines(part, None) for part in parts]
    found = guess_columns(files, [part.name for part in parts])
    return Format("iob", found.options, found.notes) if found else None


def _lines(part: Part, most: int | None = SAMPLE) -> list[str]:
    """Return the first lines of a file, or all of them, if it is not too large."""
    length = MAX_BYTES if most is None else most * 200
    lines = part.content[:length].decode("utf-8-sig", errors="replace").split("\n")
    return [line.removesuffix("\r") for line in lines[:most]]
