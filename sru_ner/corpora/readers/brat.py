"""brat standoff: a text file and, next to it, a file of annotations with the same name.

    T1<TAB>Gene 0 4<TAB>IL-2
    T2<TAB>Disease 10 15;20 27<TAB>acute leukemia

The names of texts end in `.txt`, those of annotations in `.ann` (brat) or `.a1` and `.a2` (BioNLP
shared tasks). They are the files of a folder or of an archive.

Assumptions: offsets are code points in the unchanged text with its line ends, end exclusive. For
brat, a byte order mark is the first character of the text; other programs remove it. What the lines
quote tells which it was (`marks.py`). Only lines of mentions (`T`) are read. Relations, events,
attributes, normalizations and notes are noted and not read. A text without a file of annotations
was not annotated: it is noted and left out.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import Field

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import MARK, numbered_lines, with_mark
from sru_ner.corpora.readers.marks import mark_incident, mark_shift, moved
from sru_ner.corpora.readers.names import document_names
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import RawDocument, Reading, TextOptions
from sru_ner.errors import InputError

TEXT = ".txt"

_MENTION = re.compile(
    r"T[^\t]*\t(?P<type>[^\t ]+) (?P<places>\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)"
    r"(?:\t(?P<text>.*))?",
    re.ASCII | re.DOTALL,
)
_SKIPPED = {
    "R": "relation",
    "*": "relation",
    "E": "event",
    "A": "attribute",
    "M": "attribute",
    "N": "normalization",
    "#": "note",
}


class Options(TextOptions):
    """Options for what the format does not define."""

    annotations: tuple[str, ...] = Field(default=("ann", "a1"), min_length=1)
    """Endings of the names of files with mentions; all such files of a text are read."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the texts of a folder or archive. A document has the name of its text's file.

    If several texts have one name, their documents have their paths. `name` is not used. Raises
    `InputError` if there is no text with annotations, or if a file is not in its encoding.
    """
    parts = {part.name: part for part in read_parts(path, options.members)}
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    stems = {_stem(file) for file in parts if _is_of(file, (TEXT, *_endings(options)))}
    names = document_names(stem + TEXT for stem in stems if stem + TEXT in parts)
    for stem in sorted(stems):
        text = parts.get(stem + TEXT)
        marked = [parts[stem + end] for end in _endings(options) if stem + end in parts]
        if text is None:
            incidents += _without_text(marked, options)
        elif not marked:
            detail = f"it has no {' or '.join(_endings(options))} file: not annotated, left out"
            incidents.append(Incident("noted", "no_annotations", 1, detail, 0, text.name))
        else:
            document, noted = _document(names[text.name], text, marked, options)
            documents.append(document)
            incidents += noted
            incidents += (i for part in marked for i in _skipped_lines(part, options))
    if not documents:
        raise InputError(
            f"there is no text ({TEXT}) with annotations ({', '.join(_endings(options))})",
            path=path,
            remedy="name the folder or archive that has both, and check `members`",
        )
    return Reading(tuple(documents), tuple(incidents))


def _endings(options: Options) -> list[str]:
    return ["." + ending.lstrip(".") for ending in options.annotations]


def _is_of(file: str, endings: Iterable[str]) -> bool:
    return any(file.endswith(ending) for ending in endings)


def _stem(file: str) -> str:
    return file.rsplit(".", 1)[0]


def _document(
    name: str, text: Part, marked: list[Part], options: Options
) -> tuple[RawDocument, list[Incident]]:
    content = with_mark(text, options.encoding)
    found = [
        (number, line["type"], _fragments(line), line["text"])
        for part in marked
        for number, content_of_line in numbered_lines(part, options.encoding)
        if (line := _MENTION.fullmatch(content_of_line))
    ]
    shift = mark_shift(content, ((places, quoted) for _, _, places, quoted in found))
    plain = content.removeprefix(MARK)
    mentions = tuple(
        place_mention(plain, moved(places, shift), type_=type_, line=number, quoted=quoted)
        for number, type_, places, quoted in found
    )
    incidents = [mark_incident(shift, text.name)] if plain != content else []
    names = ", ".join(part.name for part in marked)
    return RawDocument(id=name, text=plain, mentions=mentions, line=1, part=names), incidents


def _fragments(line: re.Match[str]) -> list[tuple[int, int]]:
    pairs = (place.split(" ") for place in line["places"].split(";"))
    return [(int(start), int(end)) for start, end in pairs]


def _skipped_lines(part: Part, options: Options) -> Iterator[Incident]:
    """Yield an incident for each line without a mention."""
    for number, line in numbered_lines(part, options.encoding):
        if not line.strip() or _MENTION.fullmatch(line):
            continue
        kind = _SKIPPED.get(line[0])
        if kind:
            detail = f"a line of the kind {line[0]}"
            yield Incident("noted", kind, number, detail, 0, part.name)
        else:
            detail = "neither a mention (T, type, offsets, text) nor of another known kind"
            yield Incident("refused", "malformed_line", number, detail, 1, part.name)


def _without_text(marked: Iterable[Part], options: Options) -> list[Incident]:
    incidents = []
    for part in marked:
        count = sum(1 for _, line in numbered_lines(part, options.encoding) if line[:1] == "T")
        detail = f"it has no {TEXT} file: its mentions have no text"
        incidents.append(Incident("refused", "no_text", 1, detail, count, part.name))
    return incidents
