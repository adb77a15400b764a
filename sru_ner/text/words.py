"""Splits text into words by one rule, which does not depend on the encoder.

A word is a run of letters and digits, or any other single character that is not white space; in
both cases with its combining marks. White space is never part of a word. Characters that cannot be
seen are part of the word around them, and are outside the words if there is none (`invisible`). So
the words of a text are those of the same text without these characters.
"""

import regex

from sru_ner.text.invisible import has_invisible, visible_places, without_invisible

# U+001C to U+001F are white space for str.isspace and str.split, but not in Unicode's property.
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*+|[^\s\x1c-\x1f]\p{M}*+")


def split_words(text: str, offset: int = 0) -> list[tuple[int, int]]:
    """Return (start, end) of each word in code points, ascending, with `offset` added to both."""
    if has_invisible(text):
        places = visible_places(text)
        words = (m.span() for m in _WORD.finditer(without_invisible(text)))
        return [(places[start] + offset, places[end - 1] + 1 + offset) for start, end in words]
    return [(m.start() + offset, m.end() + offset) for m in _WORD.finditer(text)]


def first_word_end(text: str, start: int) -> int:
    """Return the offset after the first word that begins at `start` or later.

    Without a further word, it is the length of the text. The text has no invisible characters.
    """
    found = _WORD.search(text, start)
    return len(text) if found is None else found.end()
