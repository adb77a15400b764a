"""What every reader yields: documents as the file has them, and what went wrong on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sru_ner.errors import InputError

Outcome = Literal["refused", "repaired", "noted"]
"""Refused: mentions not taken. Repaired: one taken as changed. Noted: nothing lost, yet counted."""


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


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that was not as the format or the schema wants it."""

    outcome: Outcome
    reason: str
    """A short name, the same for all incidents of one kind."""
    line: int
    """Line of the file, counted from 1."""
    detail: str
    """What is wrong, for the example in the report; it quotes no text of the corpus."""
    mentions: int = 1
    """How many mentions of the file it concerns."""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that a reader found in one file, in file order."""

    documents: tuple[RawDocument, ...]
    incidents: tuple[Incident, ...]


def numbered_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line without its `\\n` or `\\r\\n`) of a UTF-8 file.

    Only these two end a line: the other characters that Python takes for line ends occur inside
    text. Raises `InputError` where the file is missing or not UTF-8.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            "the file is not there", path=path, remedy="fetch it with `sru-ner corpora fetch`"
        ) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"not UTF-8 (byte 0x{content[error.start]:02x})",
            path=path,
            line=content.count(b"\n", 0, error.start) + 1,
            remedy="convert the file to UTF-8, or fetch it again",
        ) from None
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        yield number, line.removesuffix("\r")
