"""Guesses the form of tags: their scheme, what separates letter and type, and the tag outside."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sru_ner.corpora.readers.tags import OUTSIDE, Scheme, tag_parser

RULY = 0.95
"""Share of the lines or tags that have to be as a guess says."""

_OUTSIDES = (OUTSIDE, "_", "-", "*", "0", "o")
_MOST_TYPES = 50
_TYPE = re.compile(r"[^\W\d_][\w./-]+")

Cells = Sequence[str | None]
"""Tags of words in the order of the file; None where a sentence ends."""


@dataclass(frozen=True, slots=True)
class TagForm:
    """The form of some tags."""

    scheme: Scheme
    separator: str
    outside: str
    types: tuple[str, ...]
    header: bool
    """Whether the first cell is no tag, but the only one of which that is true."""

    def options(self) -> dict[str, Any]:
        """Return the options of a reader that are not the defaults, except for the scheme."""
        separator = {"tag_separator": self.separator} if self.separator != "-" else {}
        return separator | ({"outside": self.outside} if self.outside != OUTSIDE else {})

    def is_tag(self, cell: str) -> bool:
        """Whether a cell is a tag of this form."""
        # Words of all mentions were not looked at, so a letter of IOBES may come later.
        scheme: Scheme = "io" if self.scheme == "io" else "iobes"
        return _parser(scheme, self.outside, self.separator)(cell) is not None


def _parser(scheme: Scheme, outside: str, separator: str) -> Any:
    return tag_parser(scheme, None, outside=outside, separator=separator)


def guess_tags(cells: Cells) -> TagForm | None:
    """Return the form of tags with letters; None if nearly all cells are such tags, but not all.

    At least two different tags are needed, and a mention.
    """
    filled = [cell for cell in cells if cell is not None]
    counts = Counter(filled)
    outside = next((sign for sign in _OUTSIDES if sign in counts), OUTSIDE)
    for separator in ("-", "_"):
        parse = _parser("iobes", outside, separator)
        odd = sum(count for cell, count in counts.items() if parse(cell) is None)
        header = odd == 1 and parse(filled[0]) is None
        types = {cell[2:] for cell in counts if cell != outside and parse(cell)}
        if types and odd - header <= (1 - RULY) * len(filled) and len(counts) > 1 + header:
            scheme = _scheme(cells, outside, separator)
            return TagForm(scheme, separator, outside, tuple(sorted(types)), header)
    return None


def guess_bare_tags(cells: Cells) -> TagForm | None:
    """Return the form of tags that are only types; None if the cells are something else.

    They have to be few types, with many words outside mentions.
    """
    filled = [cell for cell in cells if cell is not None]
    counts = Counter(filled)
    if len(filled) < 4 or counts[OUTSIDE] < len(filled) / 4:
        return None
    types = [cell for cell in counts if cell != OUTSIDE and _TYPE.fullmatch(cell)]
    odd = len(filled) - counts[OUTSIDE] - sum(counts[type_] for type_ in types)
    if not 0 < len(types) <= _MOST_TYPES or odd > (1 - RULY) * len(filled):
        return None
    return TagForm("io", "-", OUTSIDE, tuple(sorted(types)), header=False)


def _scheme(cells: Cells, outside: str, separator: str) -> Scheme:
    """Return IOBES if its letters occur, IOB1 if more mentions begin with `I` than with `B`."""
    begun: Counter[str] = Counter()
    before = outside
    for cell in cells:
        tag = outside if cell is None else cell
        if tag != outside and tag[1:2] == separator:
            if tag[0] in "ESLU":
                return "iobes"
            if tag[0] == "B" or before[2:] != tag[2:]:
                begun[tag[0]] += 1
        before = tag
    return "iob1" if begun["I"] > begun["B"] else "iob2"
