"""Splits text into sentences, never inside a mention.

A sentence ends at a mark (`marks`, `sentence_ends`) or at the end of a line (`line_ends`). One that
is longer than any plausible sentence is cut further (`long_sentences`).

The rules were written for biomedical articles and clinical notes in English, from the sentences of
GENIA's training articles. `python -m bench sentences` compares them with those of pySBD, syntok,
Bling Fire, spaCy, Punkt, nupunkt and sentencex. They were made because these libraries take a
heading and the next line for one sentence, cut after `sp.`, or do not cut after `24 h.`
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from sru_ner.text.invisible import has_invisible, trim, visible_places, without_invisible
from sru_ner.text.line_ends import find_line_ends
from sru_ner.text.long_sentences import cut_long
from sru_ner.text.marks import find_marks


class Cuts(NamedTuple):
    """Where to cut a text into sentences."""

    places: list[int]
    """Offsets, ascending, at which each sentence but the first begins."""
    forced: list[int]
    """Those of them at which no sentence ends: they cut sentences that are too long."""


def split_sentences(text: str, keep_whole: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence in code points, ascending, without blanks at its ends.

    Blanks are white space and characters that cannot be seen (`invisible`). Every other character
    is in exactly one sentence. Ranges in `keep_whole` are not cut: the sentences that a range
    touches are merged.
    """
    return split_at(text, drop_cuts(find_cuts(text).places, keep_whole))


def find_cuts(text: str) -> Cuts:
    """Find where sentences begin: after marks and line ends, and inside sentences too long.

    Characters that cannot be seen make no difference, nor do they count for the length.
    """
    if has_invisible(text):
        places = visible_places(text)
        cuts = _find_cuts(without_invisible(text))
        return Cuts([places[cut] for cut in cuts.places], [places[cut] for cut in cuts.forced])
    return _find_cuts(text)


def _find_cuts(text: str) -> Cuts:
    """Find the cuts in a text in which every character can be seen or is white space."""
    caseless = text == text.lower()
    candidates = [*find_marks(text), *find_line_ends(text, caseless=caseless)]
    candidates.sort(key=attrgetter("next"))
    first = len(text) - len(text.lstrip())
    places = []
    for candidate in candidates:
        if candidate.next > first and candidate.separates(text, first, caseless=caseless):
            first = candidate.next
            places.append(first)
    forced = cut_long(text, places)
    return Cuts(sorted(places + forced) if forced else places, forced)


def drop_cuts(cuts: Sequence[int], keep_whole: Sequence[tuple[int, int]]) -> list[int]:
    """Return the ascending `cuts` without those strictly inside a range of `keep_whole`."""
    dropped: set[int] = set()
    for start, end in keep_whole:
        dropped.update(cuts[bisect_right(cuts, start) : bisect_left(cuts, end)])
    return [cut for cut in cuts if cut not in dropped]


def split_at(text: str, cuts: Sequence[int]) -> list[tuple[int, int]]:
    """Return (start, end) of the pieces of `text` between `cuts`, which are ascending.

    Pieces are trimmed (`invisible.trim`), and blank pieces are left out.
    """
    pieces = (trim(text, start, end) for start, end in pairwise([0, *cuts, len(text)]))
    return [(start, end) for start, end in pieces if start < end]
