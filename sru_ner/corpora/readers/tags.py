"""Finds the mentions that the tags of words mark, in IOB1, IOB2, IOBES or BILOU, and IO.

A tag is `O`, or a letter, a hyphen and a type. `B-X` begins a mention and `I-X` continues it. In
IOBES, `E-X` (BILOU: `L-X`) is the last word of a mention, and `S-X` (`U-X`) a mention of one word.
`B-X` always begins a mention, so two adjacent `B-` tags are two mentions. An `I-X` that continues
no mention begins one, too. In IO, a tag may also be a type without a letter. Adjacent words of the
same type are then one mention, because nothing tells them apart.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

Scheme = Literal["iob1", "iob2", "iobes", "io"]

OUTSIDE = "O"

_LETTERS = {"iob1": "BI", "iob2": "BI", "iobes": "BIESLU", "io": "BI"}
_BILOU_TO_IOBES = {"L": "E", "U": "S"}


@dataclass(frozen=True, slots=True)
class Run:
    """The words of one mention."""

    first: int
    """Index of the first word."""
    last: int
    """Index of the last word."""
    type: str
    flaw: str | None
    """What is missing in the tags: `inside_without_begin`, `begin_without_end`, or None."""


def tag_parser(
    scheme: Scheme, untyped: str | None, *, outside: str = OUTSIDE, separator: str = "-"
) -> Callable[[str], str | None]:
    """Return a function that turns a tag into its plain form, or into None if it is no tag.

    The plain form is `O`, or one of B, I, E and S with `-<type>`. `untyped` is the type of a tag
    that is only a letter; with None, such a tag is no tag. `outside` is the tag of words outside
    mentions, and `separator` what stands between letter and type.
    """
    letters = _LETTERS[scheme]
    known: dict[str, str | None] = {outside: OUTSIDE}

    def parse(tag: str) -> str | None:
        letter, between, type_ = tag[:1], tag[1:2], tag[2:]
        if letter and letter in letters and between == separator and type_.strip():
            return f"{_BILOU_TO_IOBES.get(letter, letter)}-{type_}"
        if letter and letter in letters and not between and untyped:
            return f"{_BILOU_TO_IOBES.get(letter, letter)}-{untyped}"
        if scheme == "io" and tag.strip() and not (letter in letters and between == separator):
            return f"I-{tag}"
        return None

    def cached(tag: str) -> str | None:
        # A corpus has millions of tags and a dozen different ones.
        if tag not in known:
            known[tag] = parse(tag)
        return known[tag]

    return cached


def tag_runs(tags: Sequence[str], scheme: Scheme) -> Iterator[Run]:
    """Yield the mentions of a sentence, in order, from its `tags` in plain form.

    An `I-` that continues no mention is correct in IOB1 and IO; in other schemes it is a flaw.
    """
    first, type_, flaw = None, "", None
    unclosed = "begin_without_end" if scheme == "iobes" else None
    unopened = None if scheme in ("iob1", "io") else "inside_without_begin"
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
