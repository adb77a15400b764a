"""The output of every reader: documents as the file has them, and incidents."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import Encoding
from sru_ner.errors import InputError


class PartOptions(BaseModel):
    """Options that all readers have. Each reader adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    members: str = "*"
    """Glob for the files of a folder or archive that are read; `*` matches `/` too."""
    discontinuous: Literal["refuse", "hull", "parts"] = "refuse"
    """What becomes of a mention in pieces with words between them: it is refused, or it becomes one
    mention from its first to its last character (`hull`), or a mention for each piece (`parts`)."""


class TextOptions(PartOptions):
    """Options that all readers of text files have."""

    encoding: Encoding = "utf-8"
    """Encoding of the files. A file that begins with a byte order mark needs no option."""


class MalformedError(Exception):
    """A part of a file that is not as its format requires; the message says why."""


@dataclass(frozen=True, slots=True)
class RawMention:
    """A mention as its line describes it; it is checked against the text later."""

    start: int
    """Offset of the first character in the document's text, in code points."""
    end: int
    """Offset after the last character, in code points."""
    text: str
    """Text of the mention, as the file quotes it."""
    type: str
    """Type of the mention, under the corpus's own name."""
    line: int
    """Line of the file, counted from 1."""
    flaw: str | None = None
    """Reason if the reader had to guess what the line means; the mention counts as repaired."""
    refusal: str | None = None
    """Reason if the mention cannot be used. It counts as refused, unless its type is left out."""
    fragments: tuple[tuple[int, int], ...] = ()
    """(start, end) of each piece, in code points, if the mention is refused as discontinuous."""


@dataclass(frozen=True, slots=True)
class RawSentence:
    """A sentence that the corpus itself gives; offsets are code points in the document."""

    start: int
    end: int
    words: tuple[tuple[int, int], ...] | None
    """(start, end) of the corpus's own words; None if `text/words.py` makes the words."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as the file has it, before harmonising."""

    id: str
    text: str
    mentions: tuple[RawMention, ...]
    line: int
    """Line at which the document starts, counted from 1."""
    sentences: tuple[RawSentence, ...] | None = None
    """Sentences that the corpus gives; None if it gives none."""
    passage_cuts: tuple[int, ...] = ()
    """Offsets at which each passage but the first begins (abstract); a sentence ends there."""
    passage_names: tuple[str, ...] = ()
    """Names of all passages, or empty strings; an empty tuple if the file names no passages."""
    infons: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the document, if its format has any."""
    annotated_types: tuple[str, ...] | None = None
    """The corpus's own types that were looked for in this document; None means all of them."""
    judged: tuple[tuple[int, int, str], ...] = ()
    """(start, end, type) of places that people judged for types that were not looked for elsewhere:
    a mention, if `mentions` has it, or none. Under the corpus's own types, in code points."""
    part: str = ""
    """File inside a folder or archive that the document is from; `read_all` sets it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The documents and incidents of one file, in file order."""

    documents: tuple[RawDocument, ...]
    incidents: tuple[Incident, ...]


def read_all(path: Path, members: str, read: Callable[[Part], Reading]) -> Reading:
    """Read the files behind `path` that match the glob `members`, sorted by name.

    `read` reads one file and does not have to set `part`. Raises the errors of `read_parts` and
    `read`.
    """
    documents: list[RawDocument] = []
    incidents: list[Incident] = []
    for part in read_parts(path, members):
        reading = read(part)
        if part.name:
            documents += (replace(document, part=part.name) for document in reading.documents)
            incidents += (replace(incident, part=part.name) for incident in reading.incidents)
        else:
            documents += reading.documents
            incidents += reading.incidents
    return Reading(tuple(documents), tuple(incidents))


def separate(
    found: Iterable[RawDocument | Incident],
) -> tuple[tuple[RawDocument, ...], tuple[Incident, ...]]:
    """Return the documents and the incidents that a reader yields, each in order."""
    everything = list(found)
    return (
        tuple(each for each in everything if isinstance(each, RawDocument)),
        tuple(each for each in everything if isinstance(each, Incident)),
    )


def empty_file_error(
    what: str, part: Part, incidents: Sequence[Incident], *, remedy: str
) -> InputError:
    """Return the error for a file without any `what`, with its first incident as the reason."""
    first = incidents[0] if incidents else None
    return InputError(
        f"there is no {what} in this file" + (f": {first.detail}" if first else ""),
        path=part.place,
        line=first.line if first else None,
        remedy=remedy,
    )
