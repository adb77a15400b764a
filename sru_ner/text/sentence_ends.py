"""Decides whether a full stop, question mark or exclamation mark ends a sentence."""

import re

from sru_ner.text.abbreviations import (
    BEFORE_LETTERS,
    BEFORE_NAMES,
    BEFORE_NUMBERS,
    LABELS,
    NEVER_LAST,
    SELDOM_LAST,
    SELDOM_LAST_NAMES,
)
from sru_ner.text.sentence_starts import LONGEST_WORD, Start
from sru_ner.text.signs import OPENING

_JOINTS = re.compile(r"[/,;:(\[–—-]")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ENUMERATOR = re.compile(
    r"[(\[]?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[ivxlc]{1,5}|[IVXLC]{1,5}|[^\W\d_])[)\]]?"
)
_LABEL = re.compile(
    r"([^\W\d_]+)\.?\s+(?:[A-Z]{0,2}\d{1,3}(?:\.\d{1,3})?[A-Za-z]?|[IVX]{1,5}|[A-Z])"
)


def ends_sentence(text: str, first: int, place: int, marks: str, start: Start) -> bool:
    """Whether the marks at `place` end the sentence that begins at `first`.

    marks: the marks, without the brackets and quotation marks after them. start: what follows.
    """
    if start.kind in ("lower", "other") or place <= first:
        return False
    if marks[-1] not in ".…":
        return True
    if len(marks) > 1 or marks == "…":
        return start.kind == "capital"
    if place - first <= LONGEST_WORD and _is_number_of_heading(text[first:place]):
        return False
    if text[place - 1 : place].isspace():
        return True
    words = text[max(first, place - 2 * LONGEST_WORD) : place].rsplit(None, 2)
    return _word_ends(words[-1], words[-2] if len(words) > 1 else "", start)


def _word_ends(word: str, before: str, start: Start) -> bool:
    """Whether a word with a full stop ends a sentence."""
    last = last_part(word)
    if len(last) == 1 and last.isalpha():
        return _letter_ends(word, before, start)
    if is_never_last(word):
        return False
    if "." in last and _DOTTED.fullmatch(last):
        return start.clear or (last.islower() and start.kind in ("capital", "item"))
    if is_seldom_last(last):
        return start.clear
    if last.isdigit() and len(last) < 4:  # `0. 05` is a number in a tokenised text
        return start.kind != "number" and (start.kind != "item" or last != "0")
    return start.kind != "number" or last.lower() not in BEFORE_NUMBERS


def last_part(word: str) -> str:
    """Return the last part of a compound: `Figs` of `(Table/Figs`."""
    return word if word.isalpha() else _JOINTS.split(word)[-1].lstrip(OPENING)


def is_never_last(word: str) -> bool:
    """Whether the word is an abbreviation that ends no sentence, whatever follows.

    Words in capitals, such as `MT` or `NOS`, are taken for names.
    """
    whole, last = word.lstrip(OPENING), last_part(word)
    found = whole if whole.lower() in NEVER_LAST else last if last.lower() in NEVER_LAST else ""
    return found != "" and not found.isupper()


def is_seldom_last(word: str) -> bool:
    """Whether the word is an abbreviation after which a sentence seldom begins."""
    piece = word.rsplit(".", 1)[-1]
    lower = piece.lower()
    if lower in SELDOM_LAST or (piece != lower and lower in SELDOM_LAST_NAMES):
        return not piece.isupper() or len(piece) == 1
    return False


def _letter_ends(word: str, before: str, start: Start) -> bool:
    """Whether a single letter with a full stop ends a sentence: `37 C.` does, `by J.` does not."""
    if before[:1].isdigit():
        return True
    if start.initial or start.kind in ("number", "item"):
        return False
    if start.clear or word[-1].islower():
        return start.clear or start.kind == "capital"
    if word[-2:-1] in ("-", "/"):
        return word[-3:-2] != "."
    noun = last_part(before)
    if noun.lower() in BEFORE_LETTERS:
        return True
    plain = len(noun) > 2 and noun.isalpha() and noun.islower() and noun not in BEFORE_NAMES
    return plain and start.kind != "mixed"


def _is_number_of_heading(beginning: str) -> bool:
    """Whether a sentence so far is only a number (`2`, `(iv)`) or a label (`Figure 2`)."""
    if _ENUMERATOR.fullmatch(beginning):
        return True
    label = _LABEL.fullmatch(beginning)
    return label is not None and label[1].lower() in LABELS
