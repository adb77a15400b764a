"""Decides which words of a drawn text stay together, so that the label below them has room.

A label begins below the first word of its mention. It may be longer than the mention, and would
then cover the next label. The words that a label is as long as, its *reach*, therefore become one
box, which a browser makes at least as wide as the label. Widths are only estimated to choose the
words; if the estimate is wrong, the box is a little wider than its words.

`drawing.js` does the same in the browser.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

_NARROW = frozenset(" !'(),-./:;I[]fijlrt|")
_NARROW_WIDTH, _WIDTH = 0.21, 0.45  # of a letter, as a share of the font size; rather too small
_LABEL_WIDTH, _LABEL_EDGES = 0.49, 0.7  # of a label's letter and of its edges, in the same unit


@dataclass(slots=True)
class Reach:
    """Part of a text that becomes a box at least as wide as a label."""

    start: int
    """Offset of the first character, in code points."""
    end: int
    """Offset behind the last character, in code points."""
    label: str


def find_reaches(
    text: str, spans: Sequence[tuple[int, int, str]], cuts: Sequence[int]
) -> list[Reach]:
    """Return the reach of each label, sorted by start, the longer first; they nest or are apart.

    spans: (start, end, label) in code points of `text`, sorted by start, the longer first. cuts:
    sorted places at which the text may be divided, among them all ends of spans and of the text.
    """
    starts = sorted({start for start, _, _ in spans})
    reaches = [Reach(span[0], _end(text, span, starts, cuts), span[2]) for span in spans]
    # Boxes cannot cross. The later one has its end before the next label of the same level, so the
    # earlier one may grow as far.
    for i in reversed(range(len(reaches))):
        own = reaches[i]
        for other in reaches[i + 1 :]:
            if other.start >= own.end:
                break
            own.end = max(own.end, other.end)
    return sorted(reaches, key=lambda reach: (reach.start, -reach.end))


def _end(text: str, span: tuple[int, int, str], starts: Sequence[int], cuts: Sequence[int]) -> int:
    """Return the first cut at which the words are as wide as the label.

    The next mention that begins behind this one ends the reach: it may be on the same level.
    Mentions that begin inside this one are below it.
    """
    start, end, label = span
    following = bisect_left(starts, end)
    last = starts[following] if following < len(starts) else len(text)
    missing = _LABEL_WIDTH * len(label) + _LABEL_EDGES
    here = start
    for cut in cuts[bisect_left(cuts, start + 1) :]:
        if cut > last:
            break
        missing -= sum(_NARROW_WIDTH if c in _NARROW else _WIDTH for c in text[here:cut])
        here = cut
        if missing <= 0:
            break
    return here
