"""Finds a mention whose offsets and quoted text do not agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import regex

NEIGHBOURHOOD = 64
"""Largest distance, in code points, between a mention and the offsets in its line."""
CLARITY = 2
"""Smallest ratio of the second nearest match's distance to the nearest one's. Below it, the line is
ambiguous."""

_CLUSTER = regex.compile(r"\X")

Flaw = Literal["empty", "past_the_end", "quotes_another_text", "outer_white_space"]


@dataclass(frozen=True, slots=True)
class Located:
    """Place of a mention in the text, and what was wrong with its line."""

    span: tuple[int, int] | None
    """Offsets in code points, end exclusive; None if the place is not clear."""
    flaw: Flaw | None
    """What was wrong with the line; None if nothing was."""


def locate(text: str, start: int, end: int, quoted: str) -> Located:
    """Find the mention in `text` that a line with these offsets and this quotation means.

    If the quotation is not at the offsets, it is searched near them. Characters with the same
    Unicode compatibility form are equal, and so are all runs of white space. The nearest match
    counts, unless another one is about as near.
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
    """Return the match nearest to `start`, or None if it is missing or ambiguous."""
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
    """Return the characters in compatibility form, each with its range in `text`.

    A run of white space becomes one space.
    """
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
