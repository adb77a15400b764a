"""Reads text files line by line, with errors that name the line."""

import io
from collections.abc import Iterator
from typing import BinaryIO, Literal

from sru_ner.corpora.archives import Part
from sru_ner.errors import InputError

Encoding = Literal["utf-8", "iso-8859-1", "cp1252", "mac_roman"]
"""Encoding of a text file. The catalog has to name every encoding but UTF-8."""


def decoded(part: Part, encoding: Encoding = "utf-8") -> str:
    """Return the text of a file without a byte order mark.

    Raises `InputError` with the line if the file is in another encoding.
    """
    try:
        return part.content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = part.content.count(b"\n", 0, error.start) + 1
        raise _wrong_encoding(error, part.place, line, encoding) from None


def _wrong_encoding(
    error: UnicodeDecodeError, place: str, line: int, encoding: Encoding
) -> InputError:
    return InputError(
        f"the file is not {encoding.upper()} (byte 0x{error.object[error.start]:02x})",
        path=place,
        line=line,
        remedy="convert the file to UTF-8, or fetch it again",
    )


def numbered_lines(part: Part, encoding: Encoding = "utf-8") -> Iterator[tuple[int, str]]:
    """Yield (number from 1, content without `\\n` or `\\r\\n`) of each line of a text file.

    Only these two end a line, because other characters that end a line for Python occur inside
    text. Raises the errors of `decoded`.
    """
    return stream_lines(io.BytesIO(part.content), part.place, encoding)


def stream_lines(
    stream: BinaryIO, place: str, encoding: Encoding = "utf-8"
) -> Iterator[tuple[int, str]]:
    """Yield lines like `numbered_lines` from an open file, with one line in memory at a time.

    `place` is the name of the file in error messages.
    """
    for number, content in enumerate(stream, start=1):
        first = number == 1 and encoding == "utf-8"
        try:
            line = content.decode("utf-8-sig" if first else encoding)
        except UnicodeDecodeError as error:
            raise _wrong_encoding(error, place, number, encoding) from None
        yield number, line.removesuffix("\n").removesuffix("\r")
