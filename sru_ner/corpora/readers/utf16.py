"""Offsets that count UTF-16 code units, as programs in Java and JavaScript count them."""

from bisect import bisect_left
from itertools import accumulate


class Utf16Text:
    """A text whose offsets in UTF-16 code units become offsets in code points."""

    def __init__(self, text: str) -> None:
        self.text = text
        # Offset of each code point, and of the end; None if both ways of counting agree.
        self._starts: list[int] | None = None
        if any(character > "\uffff" for character in text):
            widths = (2 if character > "\uffff" else 1 for character in text)
            self._starts = list(accumulate(widths, initial=0))

    @property
    def length(self) -> int:
        """Return the length of the text in code units."""
        return len(self.text) if self._starts is None else self._starts[-1]

    def code_points(self, offset: int) -> int:
        """Return the offset in code points; one inside a code point is that of its start.

        An offset behind the end stays behind the end.
        """
        if self._starts is None:
            return offset
        if offset > self._starts[-1]:
            return len(self.text) + offset - self._starts[-1]
        found = bisect_left(self._starts, offset)
        return found if self._starts[found] == offset else found - 1
