"""What BioC XML and BioC JSON have in common: passages and annotations become a document.

Assumptions: offsets are code points from the start of the document, lengths too; those of an
annotation are taken relative to the passage or sentence they lie in, so that passages whose own
offsets are wrong (bytes, UTF-16 units) move their mentions with them, and what is left of the
drift is a matter of `locate.py`. Between passages stands what the offsets leave free, as spaces.
An annotation in several locations is one mention if only white space lies between them.
A document in which every passage consists of sentences gives its sentences; otherwise they are
found later. Relations are noted and left alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    PartOptions,
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    nothing_to_read,
    sorted_out,
)

MAX_GAP = 1000
"""Code points that may lie free between passages; a wider gap is taken for a slip."""
MAX_OFFSET = 2**31 - 1
"""What the offsets of the unified schema can hold."""


class BiocOptions(PartOptions):
    """What the format leaves open."""

    type_infon: str = "type"
    """Key of the infon that names an annotation's type."""
    type_ends_at: str = ""
    """Where the infon says more than the type (`Uniprot:P04637`): what ends the type in it."""
    offsets: Literal["document", "passage"] = "document"
    """From where an annotation's offsets count."""


class MalformedError(Exception):
    """What keeps a part of the file from being read; says what and, in JSON, where."""


@dataclass(slots=True)
class Stretch:
    """The text of a passage, or of one sentence of it."""

    offset: int
    text: str
    begins_passage: bool
    is_sentence: bool
    name: str
    """The type that an infon gives its passage; empty where none does."""
    start: int = 0
    """Where the text stands in the document that is made of them."""

    def holds(self, offset: int) -> bool:
        """Whether a document offset lies in it, by its own offset."""
        return self.offset <= offset <= self.offset + len(self.text)


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation as the file has it."""

    type: str
    locations: tuple[tuple[int, int], ...]
    """Offset and length of each."""
    text: str | None
    line: int
    home: Stretch | None
    """The passage or sentence in which it is written; None where it stands beside them."""


@dataclass(slots=True)
class Draft:
    """A document while it is being read."""

    id: str
    line: int
    infons: Mapping[str, Any]
    stretches: list[Stretch] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)


def finish(draft: Draft, options: BiocOptions) -> tuple[RawDocument, list[Incident]]:
    """Make the document, and say where its passages do not lie as their offsets say.

    Raises `MalformedError` where it has no identifier or no text.
    """
    if not draft.id:
        raise MalformedError("the document has no id")
    text, incidents = _place(draft, options)
    if not text.strip():
        raise MalformedError("the document has no text")
    filled = [stretch for stretch in draft.stretches if stretch.text.strip()]
    sentences = tuple(
        RawSentence(
            s.start + len(s.text) - len(s.text.lstrip()), s.start + len(s.text.rstrip()), None
        )
        for s in filled
    )
    first, *further = (stretch for stretch in draft.stretches if stretch.begins_passage)
    while further and not further[0].start:  # one without a text stands before it
        first = further.pop(0)
    document = RawDocument(
        id=draft.id,
        text=text,
        mentions=tuple(_mention(text, a, filled, options) for a in draft.annotations),
        line=draft.line,
        sentences=sentences if all(stretch.is_sentence for stretch in filled) else None,
        passage_cuts=tuple(stretch.start for stretch in further),
        passage_names=tuple(stretch.name for stretch in (first, *further)),
        infons=draft.infons,
    )
    return document, incidents


def type_name(infon: str, options: BiocOptions) -> str:
    """The type that an infon names; empty where it names none."""
    end = infon.find(options.type_ends_at) if options.type_ends_at else -1
    return (infon if end < 0 else infon[:end]).strip()


def _place(draft: Draft, options: BiocOptions) -> tuple[str, list[Incident]]:
    """Join the stretches, setting where each starts."""
    text = ""
    incidents: list[Incident] = []
    before: Stretch | None = None
    for stretch in draft.stretches:
        if before is not None:
            gap = stretch.offset - before.offset - len(before.text)
            if options.offsets == "document" and not 0 <= gap <= MAX_GAP:
                detail = f"offset {stretch.offset} is not behind the text before it"
                incidents.append(Incident("noted", "passage_offset", draft.line, detail, 0))
            follows = options.offsets == "document" and 0 <= gap <= MAX_GAP
            text += " " * (gap if follows else 1)
        stretch.start = len(text)
        text += stretch.text
        before = stretch
    return text, incidents


def _mention(
    text: str, annotation: Annotation, stretches: Sequence[Stretch], options: BiocOptions
) -> RawMention:
    fragments = []
    for offset, length in annotation.locations:
        if options.offsets == "passage":
            home = annotation.home or stretches[0]
            start = home.start + offset
        else:
            home = _home(offset, annotation.home, stretches)
            start = home.start + offset - home.offset
        fragments.append((start, start + length))
    if not fragments:
        # Some corpora list what a document is about beside what is marked in it.
        return RawMention(
            0, 0, annotation.text or "", annotation.type, annotation.line, None, "without_location"
        )
    return place_mention(
        text,
        fragments,
        type_=annotation.type,
        line=annotation.line,
        quoted=annotation.text or None,
    )


def _home(offset: int, written_in: Stretch | None, stretches: Sequence[Stretch]) -> Stretch:
    """The stretch that an annotation's offset is to be counted from."""
    if written_in is not None and written_in.holds(offset):
        return written_in
    holders = [stretch for stretch in stretches if stretch.holds(offset)]
    return holders[-1] if holders else written_in or stretches[0]


def whole(found: Iterable[RawDocument | Incident], part: Part) -> Reading:
    """All that a file yields; raises `InputError` where no document is among it."""
    documents, incidents = sorted_out(found)
    if not documents:
        raise nothing_to_read(
            "document",
            part,
            incidents,
            remedy="check that it is a BioC file and what `members` the catalog gives",
        )
    return Reading(documents, incidents)
