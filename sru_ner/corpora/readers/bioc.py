"""Makes documents of BioC passages and annotations, for both BioC XML and BioC JSON.

Assumptions: offsets and lengths are code points, and offsets count from the start of the document.
An annotation's offsets are taken relative to the passage or sentence that it is in. So a passage
with wrong offsets (bytes, UTF-16 units) moves its mentions too, and `text/locate.py` corrects the
rest. A gap between the offsets of two passages becomes spaces. An annotation with several locations
is one mention if only white space is between them. If every passage consists of sentences, these
are the document's sentences; otherwise they are found later. Relations are noted and not read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    MalformedError,
    PartOptions,
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    empty_file_error,
    separate,
)

MAX_GAP = 1000
"""Largest gap between two passages, in code points. A wider gap is taken for a mistake."""
MAX_OFFSET = 2**31 - 1
"""Largest offset that the common schema can hold."""


class BiocOptions(PartOptions):
    """Options for what the format does not define."""

    type_infon: str = "type"
    """Key of the infon that names an annotation's type."""
    type_ends_at: str = ""
    """String that ends the type in the infon, if the infon has more (`Uniprot:P04637`)."""
    offsets: Literal["document", "passage"] = "document"
    """Where an annotation's offsets count from."""


@dataclass(slots=True)
class Stretch:
    """Text of a passage, or of one sentence of a passage."""

    offset: int
    text: str
    begins_passage: bool
    is_sentence: bool
    name: str
    """Type of the passage, from an infon; empty if there is none."""
    start: int = 0
    """Offset of the text in the document that is made of the stretches."""

    def holds(self, offset: int) -> bool:
        """Whether a document offset is in the stretch, according to the stretch's own offset."""
        return self.offset <= offset <= self.offset + len(self.text)


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation as the file has it."""

    type: str
    locations: tuple[tuple[int, int], ...]
    """Offset and length of each location, in code points."""
    text: str | None
    line: int
    home: Stretch | None
    """Passage or sentence that has the annotation; None if the document itself has it."""


@dataclass(slots=True)
class Draft:
    """A document while it is being read."""

    id: str
    line: int
    infons: Mapping[str, Any]
    stretches: list[Stretch] = field(default_factory=list)
    annotations: list[Annotation] = field(default_factory=list)


def finish(draft: Draft, options: BiocOptions) -> tuple[RawDocument, list[Incident]]:
    """Make the document, and an incident for each passage that is not at its offset.

    Raises `MalformedError` if the document has no identifier or no text.
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
    while further and not further[0].start:  # the first passage has no text
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
    """Return the type that an infon names; empty if it names none."""
    end = infon.find(options.type_ends_at) if options.type_ends_at else -1
    return (infon if end < 0 else infon[:end]).strip()


def infon_names(infons: Mapping[str, Any], options: BiocOptions) -> str:
    """Return the end of a message about an annotation without a type: the infons that it has."""
    others = [name for name in infons if name != options.type_infon]
    if not others:
        return ""
    named = ", ".join(map(repr, others))
    return f"; the annotation has {named}, which the option type_infon can name"


def _place(draft: Draft, options: BiocOptions) -> tuple[str, list[Incident]]:
    """Join the texts of the stretches, and set where each starts."""
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
        # Some corpora also list what a document is about.
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
    """Return the stretch from which an annotation's offset counts."""
    if written_in is not None and written_in.holds(offset):
        return written_in
    holders = [stretch for stretch in stretches if stretch.holds(offset)]
    return holders[-1] if holders else written_in or stretches[0]


def whole(found: Iterable[RawDocument | Incident], part: Part) -> Reading:
    """Return all that a file yields. Raises `InputError` if there is no document."""
    documents, incidents = separate(found)
    if not documents:
        raise empty_file_error(
            "document",
            part,
            incidents,
            remedy="check that it is a BioC file, and check the option `members`",
        )
    return Reading(documents, incidents)
