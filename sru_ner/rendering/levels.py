"""Decides how far below its words each mention of a drawn text is, so that no label covers another.

A label begins below the first word of its mention. It may be longer than the mention, and reach
below the next ones. These are then on other levels: the words keep their places. Widths are
estimated, labels rather too wide and words rather too narrow. `drawing.js` does the same.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import count

_LABEL_LETTER, _LABEL_EDGES, _GAP = 0.43, 0.6, 0.2  # of a label, in the font size of the text
_LONGEST_LABEL = 36  # letters; a longer label is cut off
_DEEPEST = 2  # level of a row of short mentions, if that is possible
_FAR, _GREATEST_WIDTH = 12, 0.75  # letters from a word's start; width of such a letter
# Letters of a text and their least width in common fonts, in the font size; the first that fits.
_WIDTHS = (
    (re.compile("[ !'(),./:;I\\[\\]fijlrt|-]"), 0.19),
    (re.compile("[mwMW@%]"), 0.66),
    (re.compile("[sczJ?]"), 0.37),
    (re.compile("[A-Z]"), 0.53),
    (re.compile("[0-9]"), 0.48),
    (re.compile("[a-z\u0391-\u03c9\u0410-\u044f]"), 0.43),
    (re.compile("[\u3040-\u9fff\uac00-\ud7a3]"), 0.9),
    (re.compile("[\u00c0-\u024f]"), 0.2),
)
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff]"
)


def is_right_to_left(text: str) -> bool:
    """Whether the first letter of a text is Arabic, Hebrew or the like."""
    first = next((c for c in text if c.isalpha()), "")
    return bool(_RIGHT_TO_LEFT.match(first))


def is_mixed(text: str) -> bool:
    """Whether a text has letters of both directions."""
    return len({bool(_RIGHT_TO_LEFT.match(c)) for c in text if c.isalpha()}) > 1


def label_width(label: str) -> float:
    """Return the greatest width of a label, as a share of the font size of the text."""
    letters = sum(2 if c > "\u10ff" else 1 for c in label)
    return round(_LABEL_LETTER * min(letters, _LONGEST_LABEL) + _LABEL_EDGES, 2)


def letter_widths(text: str) -> list[float]:
    """Return the least width of each letter of a text, as a share of the font size.

    In a text of both directions, words of the other direction are not where their letters are
    counted, so only letters of its own direction have a width.
    """
    if not is_mixed(text):
        return [_least_width(c) for c in text]
    own = is_right_to_left(text)
    return [
        _least_width(c) if c.isalpha() and bool(_RIGHT_TO_LEFT.match(c)) is own else 0.0
        for c in text
    ]


def is_cut(label: str) -> bool:
    """Whether a label is too long to be shown whole."""
    return len(label) > _LONGEST_LABEL


def find_rooms(text: str, labels: Sequence[tuple[int, str]]) -> dict[int, float]:
    """Return the places in a line that need room to their right for a label, and how much.

    labels: (start of its mention, label). The place is where the word begins, so that no line
    breaks between a bracket and the mention; it is the mention's start if that is far behind. Room
    is a share of the font size.
    """
    rooms: dict[int, float] = {}
    for start, label in labels:
        word = text.rfind(" ", 0, start) + 1
        place = word if start - word <= _FAR else start
        width = label_width(label) + _GREATEST_WIDTH * (start - place)
        rooms[place] = max(rooms.get(place, 0.0), round(width, 2))
    return rooms


def find_levels(text: str, spans: Sequence[tuple[int, int, str]]) -> list[int]:
    """Return the level of each span, 0 for those next to the words.

    spans: (start, end, label) in code points of `text`, sorted by start, the longer first. A span
    is on a higher level than all that begin in it. It is also on a higher one than those that begin
    above its label, so that their lines to the words cross no label; in a long row of short
    mentions, only on another one, so that the row is not too deep.
    """
    widths = letter_widths(text)
    levels = [0] * len(spans)
    for i in reversed(range(len(spans))):
        start, end, label = spans[i]
        covered = _covered(widths, start, label_width(label) + _GAP)
        least, taken = 0, set()
        for other in range(i + 1, len(spans)):
            begin = spans[other][0]
            if begin >= max(end, covered):
                break
            taken.add(levels[other])
            if begin < end:
                least = max(least, levels[other] + 1)
        level = max(taken, default=-1) + 1
        if level > max(least, _DEEPEST):
            level = next(each for each in count(least) if each not in taken)
        levels[i] = level
    return levels


def _covered(widths: Sequence[float], start: int, wide: float) -> int:
    """Return the first place behind `start` that is at least `wide` from it."""
    for place in range(start, len(widths)):
        if wide <= 0:
            return place
        wide -= widths[place]
    return len(widths)


@cache
def _least_width(letter: str) -> float:
    return next((width for pattern, width in _WIDTHS if pattern.match(letter)), 0.0)
