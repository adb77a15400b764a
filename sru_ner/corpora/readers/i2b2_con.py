"""Concept files of the i2b2/VA challenge of 2010: a text, and a `.con` file of the same name.

    c="the IL-2 gene" 13:0 13:2||t="treatment"

A place is a line, counted from 1, and a word of the line, counted from 0. The last word belongs to
the mention. Text and concepts are files of a folder or an archive, often in two folders of it
(`txt/0001.txt`, `concept/0001.con`).

Assumptions: white space separates words. The quotation is in lower case, and decides if the place
is right: a mention that it does not fit is refused. A text without concepts was not annotated: it
is noted and left out. Files of assertions and relations (`.ast`, `.rel`) are not read.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import decoded, numbered_lines
from sru_ner.corpora.readers.names import document_names, stem
from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading, TextOptions
from sru_ner.errors import InputError

TEXT, CONCEPTS = ".txt", ".con"

_CONCEPT = re.compile(
    r'c="(?P<text>.*)" (?P<first>[0-9]{1,9}:[0-9]{1,9}) (?P<last>[0-9]{1,9}:[0-9]{1,9})'
    r'\|\|t="(?P<type>[^"]+)"(?:\|\|.*)?\s*',
    re.ASCII | re.DOTALL,
)
_WORD = re.compile(r"\S+")

Words = list[tuple[int, int]]
"""(start, end) of the words of a line, in code points of the document."""


class Options(TextOptions):
    """Options of the reader."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the texts of a folder or archive. A document is named after its file of concepts.

    `name` is not used. Raises `InputError` if there is no text with concepts, or if a file is not
    in its encoding.
    """
    parts = {part.name: part for part in read_parts(path, options.members)}
    concepts = [name for name in parts if name.endswith(CONCEPTS)]
    names, texts = document_names(concepts), _texts(parts)
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    used = set()
    for file in concepts:
        text = _text_of(file, texts)
        if text is None:
            lines = numbered_lines(parts[file], options.encoding)
            count = sum(1 for _, line in lines if line.strip())
            detail = f"there is not one {TEXT} file of its name: its mentions have no text"
            incidents.append(Incident("refused", "no_text", 1, detail, count, file))
            continue
        used.add(text)
        content = decoded(parts[text], options.encoding)
        found = tuple(_mentions(content, parts[file], options, incidents))
        documents.append(RawDocument(names[file], content, found, 1, part=file))
    if not documents:
        raise InputError(
            f"there is no text ({TEXT}) with concepts ({CONCEPTS})",
            path=path,
            remedy="name the folder or archive that has both, and check `members`",
        )
    detail = f"it has no {CONCEPTS} file: not annotated, left out"
    unused = sorted({n for found in texts.values() for n in found} - used)
    incidents += (Incident("noted", "no_annotations", 1, detail, 0, text) for text in unused)
    return Reading(tuple(documents), tuple(incidents))


def _texts(parts: Mapping[str, Part]) -> dict[str, list[str]]:
    """Return the names of text files by their names without folders and ending."""
    found: dict[str, list[str]] = {}
    for name in parts:
        if name.endswith(TEXT):
            found.setdefault(PurePosixPath(stem(name)).name, []).append(name)
    return found


def _text_of(concepts: str, texts: Mapping[str, list[str]]) -> str | None:
    """Return the text file in the same folder, or else the only one of this name anywhere."""
    found = texts.get(PurePosixPath(stem(concepts)).name, [])
    beside = stem(concepts) + TEXT
    if beside in found:
        return beside
    return found[0] if len(found) == 1 else None


def _mentions(
    text: str, part: Part, options: Options, incidents: list[Incident]
) -> Iterator[RawMention]:
    lines = _words(text)
    for number, line in numbered_lines(part, options.encoding):
        if not line.strip():
            continue
        found = _CONCEPT.fullmatch(line)
        if found is None:
            detail = 'the line is not like c="…" 1:0 1:2||t="…"'
            incidents.append(Incident("refused", "malformed_line", number, detail, 1, part.name))
            continue
        start, end = _place(lines, found["first"])[0], _place(lines, found["last"])[1]
        refusal = None
        if start < 0 or end < 0:
            refusal = "past_the_end"
        elif text[start:end].casefold().split() != found["text"].casefold().split():
            refusal = "empty" if start >= end else "quotes_another_text"
        quoted = found["text"] if refusal else text[start:end]
        place = max(start, 0), max(end, 0)
        yield RawMention(*place, quoted, found["type"].strip(), number, refusal=refusal)


def _words(text: str) -> list[Words]:
    lines, offset = [], 0
    for line in text.split("\n"):
        lines.append([(offset + w.start(), offset + w.end()) for w in _WORD.finditer(line)])
        offset += len(line) + 1
    return lines


def _place(lines: list[Words], place: str) -> tuple[int, int]:
    """Return the offsets of the word at a place; (-1, -1) if there is no such word."""
    line, word = map(int, place.split(":"))
    try:
        return lines[line - 1][word] if line else (-1, -1)
    except IndexError:
        return -1, -1
