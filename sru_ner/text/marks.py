"""Finds the places in a text where a mark may end a sentence."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from sru_ner.text.brackets import bracketed
from sru_ner.text.sentence_ends import ends_sentence
from sru_ner.text.sentence_starts import read_start
from sru_ner.text.signs import CLOSING, FULL_WIDTH_CLOSING, FULL_WIDTH_MARKS, LINE_ENDS, MARKS

_CITATION = r"\d{1,3}(?:[,–-]\d{1,3})*+|\[\d{1,3}(?:[,–-]\s?\d{1,3})*+\]"
_STARTERS = (
    "The|This|These|We|In|It|One|Our|However|Thus|"
    "BACKGROUND|METHODS|RESULTS|CONCLUSIONS?|IMPORTANCE|\\(ABSTRACT"
)
"""Words that begin a sentence even if the white space before them was lost."""
# A run of marks is tried from its first one only: otherwise a long run would take quadratic time.
_MARK = re.compile(
    rf"([{MARKS}](?<![{MARKS}].)[{MARKS}]*+)([{re.escape(CLOSING)}]*+)({_CITATION})?"
    rf"(?:[^\S{LINE_ENDS}]++(?=\S)|(?=(?:{_STARTERS})\s))"
)
_FULL_WIDTH = re.compile(
    rf"[{FULL_WIDTH_MARKS}](?<![{FULL_WIDTH_MARKS}].)[{FULL_WIDTH_MARKS}]*+"
    rf"[{re.escape(FULL_WIDTH_CLOSING)}]*+\s*+(?=\S)"
)
_HAS_FULL_WIDTH = re.compile(f"[{FULL_WIDTH_MARKS}]")


class Mark(NamedTuple):
    """Marks after which a sentence may begin."""

    next: int
    """Offset of the first character after the marks and the white space."""
    start: int
    marks: str
    """The marks, without what follows them."""
    glued: bool
    """Whether there is no white space after the marks, or the number of a citation before it."""

    def separates(self, text: str, first: int, *, caseless: bool) -> bool:
        """Whether a sentence that begins at `first` ends with these marks."""
        start = read_start(text, self.next, caseless=caseless)
        if self.glued and not (
            start.kind in ("capital", "capitals") and _is_word(text, self.start)
        ):
            return False
        return ends_sentence(text, first, self.start, self.marks, start)


class FullWidthMark(NamedTuple):
    """Mark of Chinese or Japanese, which always ends a sentence."""

    next: int
    """Offset of the first character of the next sentence."""

    def separates(self, text: str, first: int, *, caseless: bool) -> bool:
        """Return True: the mark has no other meaning."""
        return True


def find_marks(text: str) -> Iterator[Mark | FullWidthMark]:
    """Yield the marks, ascending by kind, without those in brackets and at the ends of lines."""
    pairs = bracketed(text)
    number, count = 0, len(pairs)
    for found in _MARK.finditer(text):
        marked = found.end(2)
        while number < count and pairs[number][1] <= marked:
            number += 1
        if number < count and pairs[number][0] < marked:
            continue
        glued = found.end(2) == found.end() or found[3] is not None
        yield Mark(found.end(), found.start(), found[1], glued)
    if _HAS_FULL_WIDTH.search(text):
        for found in _FULL_WIDTH.finditer(text):
            yield FullWidthMark(found.end())


def _is_word(text: str, end: int) -> bool:
    """Whether a plain word of small letters or a closing bracket is before `end`."""
    tail = text[max(0, end - 3) : end]
    return tail[-1:] in (")", "]", "%") or (len(tail) == 3 and tail.isalpha() and tail.islower())
