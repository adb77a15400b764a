"""What every reader yields: documents as the file has them, and what went wrong on the way."""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Literal

from pydantic import BaseModel, ConfigDict

from sru_ner.corpora.archives import Part, read_parts
from sru_ner.corpora.incidents import Incident
from sru_ner.errors import InputError

Encoding = Literal["utf-8", "iso-8859-1", "cp1252", "mac_roman"]
"""What a text file may be written in; all but UTF-8 have to be named in the catalog."""


class PartOptions(BaseModel):
    """What every reader may be told; their own `Options` add to it."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    members: str = "*"
    """Which files of a folder or archive are read: a glob in which `*` matches `/` too."""


@dataclass(frozen=True, slots=True)
class RawMention:
    """A mention as its line says it; whether that is right is looked at later."""

    start: int
    """Code point offset into the document's text."""
    end: int
    """Exclusive."""
    text: str
    """What the file quotes."""
    type: str
    """The corpus's own name."""
    line: int
    """Line of the file, counted from 1."""
    flaw: str | None = None
    """Why the reader had to guess what its line means, if so; it then counts as repaired."""
    refusal: str | None = None
    """Why it cannot be taken, if so: of a type that is wanted, it then counts as refused."""


@dataclass(frozen=True, slots=True)
class RawSentence:
    """A sentence that the corpus itself gives; offsets are code points into the document."""

    start: int
    end: int
    words: tuple[tuple[int, int], ...] | None
    """The corpus's own words, or None where the rule for raw text makes them."""


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document as the file has it."""

    id: str
    text: str
    mentions: tuple[RawMention, ...]
    line: int
    """Line at which it starts, counted from 1."""
    sentences: tuple[RawSentence, ...] | None = None
    """None where the corpus gives none."""
    passage_cuts: tuple[int, ...] = ()
    """Offsets at which a further passage (title, abstract) begins: sentences end there."""
    passage_names: tuple[str, ...] = ()
    """What the file calls each passage, the first included, empty if nothing; none: it has none."""
    infons: Mapping[str, Any] = field(default_factory=dict)
    """What else the file says of the document as a whole, where its format has room for that."""
    annotated_types: tuple[str, ...] | None = None
    """The corpus's types that were looked for in this document; None: all of the corpus's."""
    part: str = ""
    """File of a folder or archive that it is from; `read_all` sets it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader found in one file, in file order."""

    documents: tuple[RawDocument, ...]
    incidents: tuple[Incident, ...]


def read_all(path: Path, members: str, read: Callable[[Part], Reading]) -> Reading:
    """Read each of the files behind `path` that match the glob `members`, sorted by name.

    `read` need not set `part`. Raises `InputError` where `read_parts` or `read` does.
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


def sorted_out(
    found: Iterable[RawDocument | Incident],
) -> tuple[tuple[RawDocument, ...], tuple[Incident, ...]]:
    """The documents and the incidents of what a reader yields, each in order."""
    everything = list(found)
    return (
        tuple(each for each in everything if isinstance(each, RawDocument)),
        tuple(each for each in everything if isinstance(each, Incident)),
    )


def nothing_to_read(
    what: str, part: Part, incidents: Sequence[Incident], *, remedy: str
) -> InputError:
    """The error for a file without any `what`; the first incident, if there is one, tells why."""
    first = incidents[0] if incidents else None
    return InputError(
        f"no {what} in this file" + (f": {first.detail}" if first else ""),
        path=part.place,
        line=first.line if first else None,
        remedy=remedy,
    )


def decoded(part: Part, encoding: Encoding = "utf-8") -> str:
    """The text of a file, as it is but for a byte order mark; `InputError` in another encoding."""
    try:
        return part.content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = part.content.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(error, part.place, line, encoding) from None


def _wrong_encoding(
    error: UnicodeDecodeError, place: str, line: int, encoding: Encoding
) -> InputError:
    return InputError(
        f"not {encoding.upper()} (byte 0x{error.object[error.start]:02x})",
        path=place,
        line=line,
        remedy="convert the file to UTF-8, or fetch it again",
    )


def numbered_lines(part: Part, encoding: Encoding = "utf-8") -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its `\\n` or `\\r\\n`) of a text file.

    Only these two end a line: the other characters that Python takes for line ends occur inside
    text. Errors as in `decoded`.
    """
    return stream_lines(io.BytesIO(part.content), part.place, encoding)


def stream_lines(
    stream: BinaryIO, place: str, encoding: Encoding = "utf-8"
) -> Iterator[tuple[int, str]]:
    """`numbered_lines` of a file that is being read, one line in memory at a time.

    `place` is what an error calls the file.
    """
    for number, content in enumerate(stream, start=1):
        first = number == 1 and encoding == "utf-8"
        try:
            line = content.decode("utf-8-sig" if first else encoding)
        except UnicodeDecodeError as error:
            raise _wrong_encoding(error, place, number, encoding) from None
        yield number, line.removesuffix("\n").removesuffix("\r")
