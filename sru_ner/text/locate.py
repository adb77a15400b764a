"""Finds a mention whose offsets and quoted text do not agree."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from unicodedata import normalize

import regex

from sru_ner.text.invisible import has_invisible, is_blank, trim, without_invisible

NEIGHBOURHOOD = 64
"""Largest distance, in code points, between a mention and the offsets in its line."""
CLARITY = 2
"""Smallest ratio of the second nearest match's distance to the nearest one's. Below it, the line is
ambiguous."""

_CLUSTER = regex.compile(r"\X")

Flaw = Literal[
    "empty",
    "past_the_end",
    "quotes_another_text",
    "outer_white_space",
    "outer_invisible_characters",
]


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
    Unicode compatibility form are equal, and so are all runs of white space. Characters that cannot
    be seen make no difference. The nearest match counts, unless another one is about as near. No
    mention begins or ends with white space or with a character that cannot be seen.
    """
    if start >= end or is_blank(quoted):
        return Located(None, "empty")
    if end <= len(text) and text[start:end] == quoted:
        trimmed = trim(text, start, end)
        return Located(trimmed, _outer(text[start : trimmed[0]] + text[trimmed[1] : end]))
    flaw: Flaw = "past_the_end" if end > len(text) else "quotes_another_text"
    return Located(_nearest(text, start, quoted), flaw)


def _outer(blanks: str) -> Flaw | None:
    """Return the flaw of a mention with these blanks at its ends."""
    if has_invisible(blanks):
        return "outer_invisible_characters"
    return "outer_white_space" if blanks else None


def _nearest(text: str, start: int, quoted: str) -> tuple[int, int] | None:
    """Return the match nearest to `start`, or None if it is missing or ambiguous."""
    left = max(0, start - NEIGHBOURHOOD)
    right = start + NEIGHBOURHOOD + 2 * len(quoted)
    pieces, origins = _normalized(text[left:right])
    wanted, _ = _normalized(quoted[slice(*trim(quoted, 0, len(quoted)))])
    haystack, needle = "".join(pieces), "".join(wanted)
    matches = []
    for match in regex.finditer(regex.escape(needle), haystack, overlapped=True):
        span = trim(text, left + origins[match.start()][0], left + origins[match.end() - 1][1])
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

    A run of white space becomes one space. Characters that cannot be seen are left out.
    """
    characters: list[str] = []
    origins: list[tuple[int, int]] = []
    for cluster in _CLUSTER.finditer(text):
        seen = without_invisible(cluster[0])
        form = " " if seen.isspace() else normalize("NFKC", seen)
        if form == " " and characters and characters[-1] == " ":
            origins[-1] = (origins[-1][0], cluster.end())
            continue
        characters.extend(form)
        origins.extend([cluster.span()] * len(form))
    return characters, origins
