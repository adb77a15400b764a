"""Decides which line ends separate sentences, and which ones only wrap a long line.

A line that goes on in small letters, after a comma or after a word like `the` was wrapped. Such
lines show at what width a text is wrapped. A line of about that width may be wrapped before a
capital, too. A shorter line is a heading, an item of a list or a row of a table.
"""

import re
from collections.abc import Iterator
from statistics import median
from typing import Literal, NamedTuple

from sru_ner.text.abbreviations import UNFINISHED
from sru_ner.text.sentence_ends import ends_sentence, is_never_last
from sru_ner.text.sentence_starts import LONGEST_WORD, Start, read_start
from sru_ner.text.signs import BULLETS, CLOSING, LINE_ENDS, MARKS

NARROWEST = 30
"""Fewest code points of a line that shows at what width a text is wrapped."""
_FULL = 0.8
"""Share of that width that a wrapped line and the next word fill at least."""

_LINE_END = re.compile(rf"[{LINE_ENDS}]\s*+")
_ONE_END = re.compile(rf"\r\n|[{LINE_ENDS}]")
_BULLET = re.compile(rf"[-–—*{BULLETS}]\s")
_ITEM = re.compile(
    r"[(\[]?(?:\d{1,3}|[ivx]{1,5}|[IVX]{1,5}|[A-Za-z])(?:[)\]]\s|\.\s+(?![a-z\s]))"
    r"|\d{1,2}(?:\.\d{1,2}){1,4}\.?\s+[^\W\d_]"
)
_CUT_SHORT = re.compile(r"[,(/&]\Z|[^\W\d_][-–]\Z")
"""End of a line that goes on in the next one: `interleukin-`, `rats, mice,`."""
_CONTINUING = frozenset(")]},.;:%=<>+/×±≤≥&")
"""Signs at the beginning of a line that goes on with the sentence of the line before."""

Role = Literal["separates", "wraps", "marked", "open"]


class LineEnd(NamedTuple):
    """White space with a line end in it."""

    next: int
    """Offset of the first character of the next line."""
    start: int
    """Offset of the white space."""
    width: int
    """Code points of the line that ends here."""
    role: Role
    """`separates`: a sentence ends here. `wraps`: none does. `marked`: the mark at the end of the
    line decides. `open`: the width of the text decides."""
    following: Start
    """The first word of the next line."""
    full: bool = False
    """Whether the line is as wide as the wrapped lines of the text."""

    def separates(self, text: str, first: int, *, caseless: bool) -> bool:
        """Whether a sentence that begins at `first` ends with this line."""
        if self.role != "marked":
            return self.role == "separates" or (self.role == "open" and not self.full)
        if not self.full and self.following.kind != "lower":
            return True
        tail = text[max(first, self.start - LONGEST_WORD) : self.start]
        line = tail.rstrip(CLOSING)
        marks = line[len(line.rstrip(MARKS)) :]
        place = self.start - len(tail) + len(line) - len(marks)
        # After a plain word even a small letter begins a sentence on a line of its own, but not
        # after an abbreviation: the same holds for a number within a line.
        lower = self.following.kind == "lower"
        start = self.following._replace(kind="number") if lower else self.following
        return ends_sentence(text, first, place, marks, start)


def find_line_ends(text: str, *, caseless: bool) -> list[LineEnd]:
    """Return the line ends between the first and the last word of a text, ascending.

    Runs of empty lines are one line end. caseless: the text has no capitals.
    """
    found = list(_line_ends(text, caseless=caseless))
    proven = [line.width for line in found if line.role == "wraps" and line.width >= NARROWEST]
    if not proven:
        return found
    width = _FULL * median(proven)
    return [line._replace(full=_filled(text, line) >= width) for line in found]


def _line_ends(text: str, *, caseless: bool) -> Iterator[LineEnd]:
    line = len(text) - len(text.lstrip())
    for found in _LINE_END.finditer(text, line):
        start, end = found.start(), found.end()
        if end == len(text):
            break
        while text[start - 1].isspace():
            start -= 1
        following = read_start(text, end, caseless=caseless)
        role = _role(text, start, end, following, paragraph=_is_paragraph(found[0]))
        yield LineEnd(end, start, start - line, role, following)
        line = end


def _is_paragraph(space: str) -> bool:
    return len(_ONE_END.findall(space)) > 1 or "\f" in space or "\u2029" in space


def _role(text: str, start: int, end: int, following: Start, *, paragraph: bool) -> Role:
    if paragraph or _BULLET.match(text, end):
        return "separates"
    tail = text[max(0, start - LONGEST_WORD) : start]
    bare = tail.rstrip(CLOSING)
    word = tail.rsplit(None, 1)[-1]
    marked = bare[-1:] != "" and bare[-1] in MARKS
    if _ITEM.match(text, end):
        return "separates" if marked or tail[-1] in ":;" else "open"
    if marked:
        return "wraps" if is_never_last(word.rstrip(MARKS + CLOSING)) else "marked"
    if following.kind == "lower" or text[end] in _CONTINUING:
        return "wraps"
    if word.lower() in UNFINISHED or _CUT_SHORT.search(tail[-2:]):
        return "wraps"
    return "open"


def _filled(text: str, line: LineEnd) -> int:
    """Return the code points of the line with the next line's first word."""
    word = text[line.next : line.next + LONGEST_WORD].split(None, 1)[0]
    return line.width + 1 + len(word)
