"""Cuts sentences that are longer than any plausible one, such as tables and lists without marks."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from sru_ner.text.signs import LINE_ENDS
from sru_ner.text.words import first_word_end, split_words

LONGEST_SENTENCE = 2_000
"""Most code points of a sentence. The longest of GENIA's 18,535 sentences has 887."""

_PLACES = (
    re.compile(rf"[{LINE_ENDS}]\s*"),
    re.compile(r"[.!?;:]\s+"),
    re.compile(r"[,)\]]\s+"),
    re.compile(r"\s+"),
)
"""Places to cut at, the best first: line ends, marks, weaker marks, white space."""


def cut_long(text: str, cuts: Sequence[int]) -> list[int]:
    """Return further offsets, ascending, at which to cut so that no sentence is too long.

    `cuts` are the ascending offsets at which each sentence but the first begins. A sentence is cut
    as seldom as possible, and each time at the best place of the second half of what it may have. A
    word is never cut, however long it is.
    """
    further: list[int] = []
    for start, end in pairwise([0, *cuts, len(text)]):
        if end - start > LONGEST_SENTENCE:
            further.extend(_cut(text, start, end))
    return further


def _cut(text: str, start: int, end: int) -> Iterator[int]:
    while end - start > LONGEST_SENTENCE:
        start = _best_place(text, start)
        if start >= end:
            return
        yield start


def _best_place(text: str, start: int) -> int:
    """Return where to cut a sentence that begins at `start` and is too long."""
    middle, last = start + LONGEST_SENTENCE // 2, start + LONGEST_SENTENCE
    for places in _PLACES:
        found = [match.end() for match in places.finditer(text, middle, last)]
        if found:
            return found[-1]
    begins = [begin for begin, _ in split_words(text[start:last], start) if begin > start]
    return begins[-1] if begins else first_word_end(text, start)
