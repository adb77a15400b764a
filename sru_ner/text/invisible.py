"""Characters that cannot be seen, such as the soft hyphen, the zero-width space and joiners.

They belong to the word around them: `inter\\u00adleukin` is one word. They are no word alone, and
neither words nor sentences begin or end in one. The characters are those with Unicode's property
`Default_Ignorable_Code_Point` (UAX #44), which also has variation selectors, marks of the writing
direction and the byte order mark.
"""

import re

_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""First and last code point of each range, in DerivedCoreProperties.txt of Unicode 17."""
_INVISIBLE = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _RANGES) + "]+")


def has_invisible(text: str) -> bool:
    """Return whether a character of the text cannot be seen; white space does not count."""
    return not text.isascii() and _INVISIBLE.search(text) is not None


def without_invisible(text: str) -> str:
    """Return the text without the characters that cannot be seen; white space stays."""
    return _INVISIBLE.sub("", text) if has_invisible(text) else text


def visible_places(text: str) -> list[int]:
    """Return the offset in `text` of each character of `without_invisible(text)`."""
    places: list[int] = []
    end = 0
    for found in _INVISIBLE.finditer(text):
        places.extend(range(end, found.start()))
        end = found.end()
    places.extend(range(end, len(text)))
    return places


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range without white space and invisible characters at its ends.

    A range without any other character becomes an empty one. What is behind the text is left out.
    """
    end = min(end, len(text))
    while start < end and is_blank(text[end - 1]):
        end -= 1
    while start < end and is_blank(text[start]):
        start += 1
    return start, end


def is_blank(text: str) -> bool:
    """Return whether the text has nothing but white space and invisible characters."""
    return not without_invisible(text).strip()
