"""Tells whether offsets in a text file count a byte order mark at its beginning.

Some programs take the mark for the first character of the text (brat, and all that decode UTF-8
without more ado), others remove it. So the text of a document never has the mark, and offsets that
count it become smaller by one.
"""

from collections.abc import Iterable, Sequence

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import MARK

Fragments = Sequence[tuple[int, int]]
"""(start, end) of each part of a mention, in code points."""


def mark_shift(text: str, quoted: Iterable[tuple[Fragments, str | None]]) -> int:
    """Return the number of characters by which offsets are too large if the text loses its mark.

    text: content of the file, with the mark if it has one. quoted: fragments of each mention and
    the text that the file quotes for it, None if it quotes none. The result is 0 if there is no
    mark, or if more quotations are found when the mark is not counted; otherwise it is 1, because
    the mark is a character of the file.
    """
    if not text.startswith(MARK):
        return 0
    counted = uncounted = 0
    for fragments, quotation in quoted:
        if quotation is not None:
            words = quotation.split()
            counted += _words(text, fragments) == words
            uncounted += _words(text[1:], fragments) == words
    return int(counted >= uncounted)


def _words(text: str, fragments: Fragments) -> list[str]:
    return " ".join(text[start:end] for start, end in fragments).split()


def moved(fragments: Fragments, by: int) -> list[tuple[int, int]]:
    """Return fragments whose offsets are smaller by `by`, but not below 0."""
    return [(max(start - by, 0), max(end - by, 0)) for start, end in fragments]


def mark_incident(shift: int, part: str) -> Incident:
    """Return the note on a text with a mark. `shift` is the result of `mark_shift`."""
    counted = "count it" if shift else "do not count it"
    detail = f"the text begins with a byte order mark; the offsets {counted}"
    return Incident("noted", "byte_order_mark", 1, detail, 0, part)
