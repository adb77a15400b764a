"""Reads what comes after a mark or a line end: the beginning of a sentence, or the rest of one."""

import re
from typing import Literal, NamedTuple

from sru_ner.text.abbreviations import LOWER_STARTERS, STARTERS
from sru_ner.text.signs import BULLETS, CLOSING, OPENING

LONGEST_WORD = 40
"""Most code points of a word that are looked at. Longer ones are no abbreviations."""

Kind = Literal["lower", "capital", "capitals", "mixed", "number", "item", "other"]
"""Kind of a beginning: a word in lower case, with a first capital (`Rats`) or in capitals (`RATS`),
a name (`p53`, `mRNA`, `IkappaB`), a number, the sign of a list's item (`2.`, `(iv)`, `•`), or
another sign."""

_ITEM = re.compile(
    r"(?:[(\[]?(?:\d{1,3}|[ivx]{1,5}|[IVX]{1,5}|[^\W\d_])[)\]]"
    rf"|[1-9]\d{{0,2}}\.|[{BULLETS}])\s"
)
_START = re.compile(rf"[{re.escape(OPENING)}]*([^\W\d_]+)?([-−+~≈]?\d)?(\S?)")
_AFTER_WORD = frozenset(",;:!?" + CLOSING)


class Start(NamedTuple):
    """The first word after a mark or a line end."""

    kind: Kind
    clear: bool
    """Whether it is a word that often begins a sentence."""
    initial: bool
    """Whether it is a single letter with a full stop."""


def read_start(text: str, place: int, *, caseless: bool) -> Start:
    """Read the word at `place`; brackets and quotation marks before it do not count.

    caseless: the text has no capitals, so that every word may begin a sentence.
    """
    if _ITEM.match(text, place):
        return Start("item", clear=False, initial=False)
    found = _START.match(text, place, place + LONGEST_WORD)
    assert found is not None  # the pattern matches everything
    word, number, sign = found.groups()
    if word is None:
        return Start("number" if number else "other", clear=False, initial=False)
    alone = number is None and (not sign or sign in _AFTER_WORD)
    initial = len(word) == 1 and sign == "." and number is None
    kind: Kind = "capital" if caseless else _kind(text, found, alone=alone or initial)
    return Start(kind, alone and word.lower() in STARTERS, initial)


def _kind(text: str, found: re.Match[str], *, alone: bool) -> Kind:
    """Return the kind of a word. alone: nothing but a mark or white space follows it."""
    word = found[1]
    if word[0].islower():
        return "mixed" if _is_name(text, found) else "lower"
    if len(word) == 1:
        return "capital" if alone else "mixed"
    rest = word[1:]
    # Letters without case, such as those of Arabic, are taken for a capital.
    if rest == rest.lower():
        return "capital"
    return "capitals" if word.isupper() else "mixed"


def _is_name(text: str, found: re.Match[str]) -> bool:
    """Whether a word that begins in lower case, such as `p53`, `mRNA` or `c-Myc`, is a name."""
    word, number, sign = found.groups()
    if number or not word.islower() or word in LOWER_STARTERS:
        return True
    if not sign or (sign in ".," and not text[found.end() : found.end() + 1].isalnum()):
        return False
    token = text[found.end(1) : found.start(1) + LONGEST_WORD].split(None, 1)[0]
    short = len(word) <= 2 and sign in "-("
    return short or any(c.isdigit() or c.isupper() for c in token)
