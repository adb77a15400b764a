r"""Markdown in which a link is a mention: texts that people write and mark in any editor.

    # 7
    Loss of [BRCA1](Gene) in [mice](Species)
    The [[BRCA1](Gene) deficiency](Disease) was treated with N-\[2-(4-oxo)ethyl\]amide.

A line that is `#`, or begins with `# `, begins a document. The rest of it is the document's
identifier. Each further line that is not empty is a paragraph: it becomes a line of the text, and
no sentence goes beyond it. `[text](Type)` is a mention, and mentions may be in one another. Rasa
NLU writes its training texts so.

Assumptions: a bracket is a character of the text if it has a backslash before it, or is no part of
a mention: `[3]`, `[page](https://…)`. So is a backslash that is before no bracket, parenthesis or
backslash. Other Markdown is text. Lines before the first identifier are not read; they are noted.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import numbered_lines
from sru_ner.corpora.readers.raw import (
    RawDocument,
    RawMention,
    Reading,
    TextOptions,
    empty_file_error,
    read_all,
)

HEADING = "# "
MENTION = re.compile(r"\]\((?P<type>[A-Za-z][\w.-]*)\)")
"""End of a mention, with its type."""
_ESCAPED = frozenset("[]()\\")


class Options(TextOptions):
    """Options for what the format does not define."""

    members: str = "*.md"


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. A document without an identifier is named `<name>-<line>`.

    Raises `InputError` if a file is not in its encoding or has no document.
    """
    return read_all(path, options.members, lambda part: _read(part, name, options))


def _read(part: Part, name: str, options: Options) -> Reading:
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    prefix = "-".join(filter(None, (name, part.name)))
    current: _Document | None = None
    for number, line in numbered_lines(part, options.encoding):
        stripped = line.strip()
        if f"{stripped} ".startswith(HEADING):
            documents += [current.finished()] if current else []
            identifier = stripped[len(HEADING) :] or f"{prefix}-{number:06d}"
            current = _Document(identifier, number)
        elif stripped and current is None:
            detail = f"it is before the first line that begins with {HEADING!r}"
            incidents.append(Incident("noted", "no_document", number, detail, 0))
        elif stripped and current is not None:
            current.add(stripped, number)
    documents += [current.finished()] if current else []
    if not documents:
        remedy = f"begin each document with a line such as {HEADING}1"
        raise empty_file_error("document", part, incidents, remedy=remedy)
    return Reading(tuple(documents), tuple(incidents))


class _Document:
    """A document whose lines are being read."""

    def __init__(self, identifier: str, line: int) -> None:
        self.identifier, self.line = identifier, line
        self.text = ""
        self.mentions: list[RawMention] = []
        self.cuts: list[int] = []

    def add(self, paragraph: str, number: int) -> None:
        if self.text:
            self.text += "\n"
            self.cuts.append(len(self.text))
        offset = len(self.text)
        plain, mentions = parse(paragraph)
        self.text += plain
        self.mentions += (
            RawMention(offset + start, offset + end, plain[start:end], kind, number)
            for start, end, kind in mentions
        )

    def finished(self) -> RawDocument:
        return RawDocument(
            self.identifier,
            self.text,
            tuple(sorted(self.mentions, key=lambda m: (m.start, -m.end))),
            self.line,
            passage_cuts=tuple(self.cuts),
        )


def parse(paragraph: str) -> tuple[str, list[tuple[int, int, str]]]:
    """Return the text of a paragraph, and (start, end, type) of its mentions in code points."""
    types = _mentions(paragraph)
    text: list[str] = []
    found: list[tuple[int, int, str]] = []
    opened: list[int] = []
    skipped_to = 0
    for place, character in enumerate(paragraph):
        if place < skipped_to:
            continue
        if place in types and character == "[":
            opened.append(len(text))
        elif place in types:
            end = types[place]
            found.append((opened.pop(), len(text), end["type"]))
            skipped_to = end.end()
        elif character == "\\" and paragraph[place + 1 : place + 2] in _ESCAPED:
            text.append(paragraph[place + 1])
            skipped_to = place + 2
        else:
            text.append(character)
    return "".join(text), found


def _mentions(paragraph: str) -> dict[int, re.Match[str]]:
    """Return the places of the brackets of all mentions, with the end of the mention."""
    places: dict[int, re.Match[str]] = {}
    opened: list[int] = []
    for place, character in _unescaped(paragraph):
        if character == "[":
            opened.append(place)
        elif character == "]" and opened:
            first, end = opened.pop(), MENTION.match(paragraph, place)
            if end:
                places[first] = places[place] = end
    return places


def _unescaped(paragraph: str) -> Iterator[tuple[int, str]]:
    place = 0
    while place < len(paragraph):
        if paragraph[place] == "\\" and paragraph[place + 1 : place + 2] in _ESCAPED:
            place += 2
            continue
        yield place, paragraph[place]
        place += 1
