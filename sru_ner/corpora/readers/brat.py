"""brat standoff: a text file and, next to it, a file of annotations with the same name.

    T1<TAB>Gene 0 4<TAB>IL-2
    T2<TAB>Disease 10 15;20 27<TAB>acute leukemia

The names of texts end in `.txt`, those of annotations in `.ann` (brat) or `.a1` and `.a2` (BioNLP
shared tasks). They are the files of a folder or of an archive.

Assumptions: offsets are code points in the unchanged text with its line ends, end exclusive. Only
lines of mentions (`T`) are read. Relations, events, attributes, normalizations and notes are noted
and not read. A text without a file of annotations was not annotated: it is noted and left out.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from pydantic import Field

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import Encoding, decoded, numbered_lines
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import PartOptions, RawDocument, RawMention, Reading
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


class Options(PartOptions):
    """Options for what the format does not define."""

    annotations: tuple[str, ...] = Field(default=("ann", "a1"), min_length=1)
    """Endings of the names of files with mentions; all such files of a text are read."""
    encoding: Encoding = "utf-8"
    """Encoding of the files."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the texts of a folder or archive. A document has the name of its text's file.

    `name` is not used. Raises `InputError` if there is no text with annotations, or if a file is
    not in its encoding.
    """
    parts = {part.name: part for part in read_parts(path, options.members)}
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    stems = {_stem(file) for file in parts if _is_of(file, (TEXT, *_endings(options)))}
    for stem in sorted(stems):
        text = parts.get(stem + TEXT)
        marked = [parts[stem + end] for end in _endings(options) if stem + end in parts]
        if text is None:
            incidents += _without_text(marked, options)
        elif not marked:
            detail = f"it has no {' or '.join(_endings(options))} file: not annotated, left out"
            incidents.append(Incident("noted", "no_annotations", 1, detail, 0, text.name))
        else:
            documents.append(_document(stem, decoded(text, options.encoding), marked, options))
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


def _document(stem: str, text: str, marked: list[Part], options: Options) -> RawDocument:
    mentions = [
        _mention(text, number, found)
        for part in marked
        for number, line in numbered_lines(part, options.encoding)
        if (found := _MENTION.fullmatch(line))
    ]
    return RawDocument(
        id=PurePosixPath(stem).name,
        text=text,
        mentions=tuple(mentions),
        line=1,
        part=", ".join(part.name for part in marked),
    )


def _mention(text: str, line: int, found: re.Match[str]) -> RawMention:
    fragments = []
    for place in found["places"].split(";"):
        start, end = place.split(" ")
        fragments.append((int(start), int(end)))
    return place_mention(text, fragments, type_=found["type"], line=line, quoted=found["text"])


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
