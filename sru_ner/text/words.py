"""Splits text into words by one rule, which does not depend on the encoder.

A word is a run of letters and digits with their combining marks, or any other single character
that is not white space. White space is never part of a word.
"""

import regex

# U+001C to U+001F are white space for str.isspace and str.split, but not in Unicode's property.
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*|[^\s\x1c-\x1f]")


def split_words(text: str, offset: int = 0) -> list[tuple[int, int]]:
    """Return (start, end) of each word in code points, ascending, with `offset` added to both."""
    return [(m.start() + offset, m.end() + offset) for m in _WORD.finditer(text)]


def first_word_end(text: str, start: int) -> int:
    """Return the offset after the first word that begins at `start` or later.

    Without a further word, it is the length of the text.
    """
    found = _WORD.search(text, start)
    return len(text) if found is None else found.end()
