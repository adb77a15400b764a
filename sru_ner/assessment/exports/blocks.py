"""All items as one text, for tools that show documents and not records.

An item is a block of lines: the sentence before, the sentence, the sentence after, an empty line.
Line ends and control characters inside a sentence become spaces there, so that offsets in it do
not change.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sru_ner.assessment.items import Item

_LINE_ENDS = "\x7f\x85\u2028\u2029\ufffe\uffff"
# The other control characters are not allowed in XML.
_ONE_LINE = str.maketrans(dict.fromkeys([*map(chr, range(32)), *_LINE_ENDS], " "))


@dataclass(frozen=True, slots=True)
class Block:
    """An item in the text of all."""

    item: Item
    start: int
    """Code point offset of its sentence in the text of all."""
    lines: tuple[tuple[int, int], ...]
    """(start, end) of its lines that are not empty, in the text of all."""

    @property
    def end(self) -> int:
        """Code point offset of the end of its sentence."""
        return self.start + len(self.item.text)


def lay_out(items: Iterable[Item]) -> tuple[str, list[Block]]:
    """Return the text of all items, and their places in it."""
    text, blocks = "", []
    for item in items:
        lines, start = [], 0
        for part in (item.before, item.text, item.after):
            if part is item.text:
                start = len(text)
            if part:
                lines.append((len(text), len(text) + len(part)))
                text += part.translate(_ONE_LINE) + "\n"
        text += "\n"
        blocks.append(Block(item, start, tuple(lines)))
    return text, blocks
