"""Tags of words (IOB1, IOB2, IOBES/BILOU) and the mentions that a row of them marks.

A tag is `O`, or a letter, a hyphen and a type: `B-X` begins a mention, `I-X` goes on with it, and
in IOBES `E-X` (BILOU: `L-X`) is the last word of one, `S-X` (`U-X`) all of one. `B-X` always opens
a mention, so adjacent `B-` tags are separate ones. An `I-X` that continues nothing opens one too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Scheme = Literal["iob1", "iob2", "iobes"]

OUTSIDE = "O"

_LETTERS = {"iob1": "BI", "iob2": "BI", "iobes": "BIESLU"}
_ALSO_CALLED = {"L": "E", "U": "S"}


@dataclass(frozen=True, slots=True)
class Run:
    """The words of one mention."""

    first: int
    """Index of its first word."""
    last: int
    """Index of its last word."""
    type: str
    flaw: str | None
    """What its tags lack, if anything: `inside_without_begin` or `begin_without_end`."""


def tag_parser(scheme: Scheme, untyped: str | None) -> Callable[[str], str | None]:
    """Return what gives a tag its plain form (`O`, or one of B, I, E, S and `-<type>`), or None.

    `untyped` is the type of a tag that is a letter alone; None, and such a tag is no tag.
    """
    letters = _LETTERS[scheme]
    known: dict[str, str | None] = {OUTSIDE: OUTSIDE}

    def parse(tag: str) -> str | None:
        letter, hyphen, type_ = tag[:1], tag[1:2], tag[2:]
        if not letter or letter not in letters:
            return None
        if not hyphen and untyped:
            type_ = untyped
        elif hyphen != "-" or not type_.strip():
            return None
        return f"{_ALSO_CALLED.get(letter, letter)}-{type_}"

    def cached(tag: str) -> str | None:
        # A corpus has millions of tags and a dozen different ones.
        if tag not in known:
            known[tag] = parse(tag)
        return known[tag]

    return cached


def tag_runs(tags: Sequence[str], scheme: Scheme) -> Iterator[Run]:
    """Yield the mentions of a sentence whose plain `tags` are given, in order.

    In IOB1 an `I-` that continues nothing is right; elsewhere it is a flaw of its mention.
    """
    first, type_, flaw = None, "", None
    unclosed = "begin_without_end" if scheme == "iobes" else None
    unopened = None if scheme == "iob1" else "inside_without_begin"
    for i, tag in enumerate(tags):
        letter = tag[0]
        if first is not None:
            if letter in "IE" and tag[2:] == type_:
                if letter == "E":
                    yield Run(first, i, type_, flaw)
                    first = None
                continue
            yield Run(first, i - 1, type_, flaw or unclosed)
            first = None
        if letter == OUTSIDE:
            continue
        first, type_ = i, tag[2:]
        flaw = unopened if letter in "IE" else None
        if letter in "SE":
            yield Run(i, i, type_, flaw)
            first = None
    if first is not None:
        yield Run(first, len(tags) - 1, type_, flaw or unclosed)
