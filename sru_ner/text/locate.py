"""Finding a mention whose offsets and quoted text do not agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import regex

NEIGHBOURHOOD = 64
"""How many code points a mention may have drifted from its offsets."""
CLARITY = 2
"""How many times farther off the second nearest match has to be for the nearest to be meant."""

_CLUSTER = regex.compile(r"\X")

Flaw = Literal["empty", "past_the_end", "quotes_another_text", "outer_white_space"]


@dataclass(frozen=True, slots=True)
class Located:
    """Where a mention is, if that is clear, and what was wrong with its line, if anything."""

    span: tuple[int, int] | None
    """Code points, end exclusive; None where the mention cannot be taken."""
    flaw: Flaw | None


def locate(text: str, start: int, end: int, quoted: str) -> Located:
    """Find the mention of `text` that a line with these offsets and this quotation means.

    Where the quotation does not stand at the offsets, it is looked for near them, with Unicode
    compatibility forms and runs of white space taken as equal; the nearest match counts if no
    other is about as near.
    """
    if start >= end or not quoted.strip():
        return Located(None, "empty")
    if end <= len(text) and text[start:end] == quoted:
        trimmed = _trim(text, start, end)
        return Located(trimmed, None if trimmed == (start, end) else "outer_white_space")
    flaw: Flaw = "past_the_end" if end > len(text) else "quotes_another_text"
    return Located(_nearest(text, start, quoted), flaw)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    content = text[start:end]
    return end - len(content.lstrip()), start + len(content.rstrip())


def _nearest(text: str, start: int, quoted: str) -> tuple[int, int] | None:
    """The unambiguous match nearest to `start`, or None."""
    left = max(0, start - NEIGHBOURHOOD)
    right = start + NEIGHBOURHOOD + 2 * len(quoted)
    pieces, origins = _normalized(text[left:right])
    wanted, _ = _normalized(quoted.strip())
    haystack, needle = "".join(pieces), "".join(wanted)
    matches = []
    for match in regex.finditer(regex.escape(needle), haystack, overlapped=True):
        span = (left + origins[match.start()][0], left + origins[match.end() - 1][1])
        distance = abs(span[0] - start)
        if distance <= NEIGHBOURHOOD:
            matches.append((distance, span))
    matches.sort()
    if not matches:
        return None
    if len(matches) > 1 and matches[1][0] < CLARITY * max(1, matches[0][0]):
        return None
    return matches[0][1]


def _normalized(text: str) -> tuple[Sequence[str], Sequence[tuple[int, int]]]:
    """Characters in compatibility form, white space collapsed, each with its range in `text`."""
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        form = " " if cluster[0].isspace() else normalize("NFKC", cluster[0])
        if form == " " and characters and characters[-1] == " ":
            origins[-1] = (origins[-1][0], cluster.end())
            continue
        characters.extend(form)
        origins.extend([cluster.span()] * len(form))
    return characters, origins
