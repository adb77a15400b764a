"""Reads text files line by line, with errors that name the line.

A file that begins with a byte order mark says itself that it is UTF-8, UTF-16 or UTF-32, and is
read so. Otherwise it is in the encoding that the caller names. No encoding is ever guessed, because
a wrong guess would change words without an error.
"""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Literal

from sru_ner.corpora.archives import Part
from sru_ner.errors import InputError

Encoding = Literal[
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "latin-1",
    "iso-8859-1",
    "iso-8859-15",
    "cp1250",
    "cp1251",
    "cp1252",
    "mac_roman",
]
"""Encoding of a text file. It has to be named, unless it is UTF-8 or a byte order mark tells it."""

MARK = "\ufeff"
"""The byte order mark as a character of the text."""

OPTION = "--option encoding="
"""How the encoding is named in commands that read corpora, for messages."""

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHUNK = 2**16
_LONGEST = 2**28
"""Bytes (in UTF-16: characters) of the longest line. `/dev/zero` is a line without an end."""


def decoded(part: Part, encoding: Encoding = "utf-8") -> str:
    """Return the text of a file without a byte order mark.

    Raises `InputError` with the line if the file is in another encoding.
    """
    return with_mark(part, encoding).removeprefix(MARK)


def with_mark(part: Part, encoding: Encoding = "utf-8", flag: str = OPTION) -> str:
    """Return the text of a file; it begins with `MARK` if the file begins with such a mark.

    flag: how the user names an encoding, for the message. Raises the errors of `decoded`.
    """
    _, told = _told_by_mark(part.content[:4], encoding)
    try:
        return part.content.decode(told)
    except UnicodeDecodeError as error:
        line = part.content[: error.start].decode(told, errors="replace").count("\n") + 1
        raise wrong_encoding(error, part.place, line, told, flag) from None


def _told_by_mark(head: bytes, encoding: str) -> tuple[int, str]:
    """Return the length of the mark in bytes, and the encoding, which the mark tells if any."""
    for mark, told in _MARKS:
        if head.startswith(mark):
            return len(mark), told
    if encoding == "utf-16":  # without a mark, as the standard says
        return 0, "utf-16-be"
    return 0, encoding


def wrong_encoding(
    error: UnicodeDecodeError, place: str, line: int, encoding: str, flag: str = OPTION
) -> InputError:
    """Make the error for a file that is not in the encoding that was named or is the default.

    flag: how the user names an encoding, for the message.
    """
    return InputError(
        f"the file is not {encoding.upper()} (byte 0x{error.object[error.start]:02x})",
        path=place,
        line=line,
        remedy=f"name its encoding if you know it: {flag}cp1252 (Windows), {flag}iso-8859-1"
        f" (Latin-1) or {flag}utf-16; otherwise convert the file to UTF-8, or fetch it again",
    )


def numbered_lines(part: Part, encoding: Encoding = "utf-8") -> Iterator[tuple[int, str]]:
    """Yield (number from 1, content without `\\n` or `\\r\\n`) of each line of a text file.

    Only these two end a line, because other characters that end a line for Python occur inside
    text. Raises the errors of `decoded`.
    """
    return stream_lines(io.BytesIO(part.content), part.place, encoding)


def stream_lines(
    stream: BinaryIO, place: str, encoding: Encoding = "utf-8", flag: str = OPTION
) -> Iterator[tuple[int, str]]:
    """Yield lines like `numbered_lines` from an open file, with one line in memory at a time.

    place: name of the file in error messages. flag: how the user names an encoding, for the
    message.
    """
    for number, line in enumerate(whole_lines(stream, place, encoding, flag), start=1):
        yield number, line.removesuffix("\n").removesuffix("\r")


def whole_lines(
    stream: BinaryIO, place: str, encoding: Encoding = "utf-8", flag: str = OPTION
) -> Iterator[str]:
    """Yield lines like `stream_lines`, without numbers, but each with its line end."""
    first = _next_line(stream, place, 1)
    mark, told = _told_by_mark(first, encoding)
    first = first[mark:]
    if told.startswith(
        ("utf-16", "utf-32")
    ):  # where the byte of a line end may be part of a character
        yield from _wide_lines(first, stream, place, told, flag)
        return
    content, number = first, 1
    while content:
        try:
            line = content.decode(told)
        except UnicodeDecodeError as error:
            raise wrong_encoding(error, place, number, told, flag) from None
        yield line
        number += 1
        content = _next_line(stream, place, number)


def _next_line(stream: BinaryIO, place: str, number: int) -> bytes:
    line = stream.readline(_LONGEST + 1)
    if len(line) > _LONGEST:
        raise _endless(place, number)
    return line


def _endless(place: str, line: int) -> InputError:
    return InputError(
        f"the line does not end within {_LONGEST // 2**20} MiB, so this is no text",
        path=place,
        line=line,
        remedy="check what is read here; write one document on each line, or name its --format",
    )


def _wide_lines(
    first: bytes, stream: BinaryIO, place: str, encoding: str, flag: str
) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    begun: list[str] = []  # the pieces of the line that has not ended
    length, number, content = 0, 1, first
    while True:
        try:
            piece = decoder.decode(content, final=not content)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding, errors="replace")
            line = number + before.count("\n")
            raise wrong_encoding(error, place, line, encoding, flag) from None
        *ends, rest = piece.split("\n")
        for end in ends:
            yield "".join((*begun, end, "\n"))
            begun, length, number = [], 0, number + 1
        begun.append(rest)
        length += len(rest)
        if length > _LONGEST:
            raise _endless(place, number)
        if not content:
            break
        content = stream.read(_CHUNK)
    if length:
        yield "".join(begun)
