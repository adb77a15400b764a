"""Sentences of raw text, never cut inside a mention.

The splitter is sentencex (rules and abbreviation lists per language, written in Rust). Measured
against spaCy's sentencizer and pySBD on the training files of BioRED (16,884 mentions) and
tmVar3 (7,957): it would cut 6 mentions, where the sentencizer cuts 9 and pySBD 12, and it takes
0.1 s, where they take 1.4 s and 9.3 s. Its costs: it does not look for an end inside brackets or
quotation marks, so one that is never closed makes a sentence long.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

import regex
from sentencex import get_sentence_boundaries

_WIDE_SPACE = regex.compile(r"[^\S\r\n]")
_SURROGATE = regex.compile(r"\p{Cs}")


def split_sentences(text: str, keep_whole: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence in code points, ascending, without outer white space.

    Every non-space character lies in exactly one sentence. Ranges in `keep_whole` are not cut:
    the sentences that one reaches into are merged.
    """
    return split_at(text, drop_cuts(find_cuts(text), keep_whole))


def find_cuts(text: str) -> list[int]:
    """Return the offsets, ascending, at which a further sentence begins; 0 is not among them."""
    # The library panics at some white space that is longer than a byte, and at lone surrogates
    # (which JSON can carry): one plain character in their place leaves all offsets as they are.
    plain = _WIDE_SPACE.sub(" ", _SURROGATE.sub("\ufffd", text))
    return [piece["start_index"] for piece in get_sentence_boundaries("en", plain)[1:]]


def drop_cuts(cuts: Sequence[int], keep_whole: Sequence[tuple[int, int]]) -> list[int]:
    """Return the ascending `cuts` without those strictly inside a range of `keep_whole`."""
    dropped: set[int] = set()
    for start, end in keep_whole:
        dropped.update(cuts[bisect_right(cuts, start) : bisect_left(cuts, end)])
    return [cut for cut in cuts if cut not in dropped]


def split_at(text: str, cuts: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pieces of `text` between ascending `cuts`, trimmed; blank pieces are left out."""
    pieces = []
    for start, end in pairwise([0, *cuts, len(text)]):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            pieces.append((left, right))
    return pieces
