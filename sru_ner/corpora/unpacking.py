"""Unpacks gzip files within limits, and turns errors of broken archives into `InputError`."""

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sru_ner.errors import InputError

MAX_BYTES = 2**31
"""Largest expanded size of an archive, in bytes."""
MAX_RATIO = 200
"""Largest ratio of expanded to packed size. GENIA's XML, full of tags, has a ratio of six."""
FREE_BYTES = 2**23
"""Expanded size, in bytes, up to which any ratio is allowed."""

DISTRUST = "do not use this archive unless you know why it is so; unpack and look into it first"
"""Remedy for an archive that may be an attack."""

_BROKEN = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
"""Errors that the libraries raise for an archive that is cut off or damaged."""

_CHUNK = 2**16


class SizeLimit:
    """Counts the expanded bytes of an archive, and raises `InputError` beyond the limits.

    most: largest expanded size in bytes; None limits only the ratio to the packed size.
    """

    def __init__(self, path: Path, most: int | None) -> None:
        self._path, self._most = path, most
        self._packed, self._expanded = path.stat().st_size, 0

    def take(self, size: int) -> None:
        """Count `size` more bytes."""
        self._expanded += size
        bomb = self._expanded > max(FREE_BYTES, MAX_RATIO * self._packed)
        if bomb or (self._most is not None and self._expanded > self._most):
            limits = [f"{self._most}"] if self._most is not None else []
            limits.append(f"{MAX_RATIO} times the packed size")
            raise InputError(
                f"{self._packed} bytes expand to {self._expanded} or more: the limits are"
                f" {' and '.join(limits)}",
                path=self._path,
                remedy=DISTRUST,
            )


class _Unpacked(io.RawIOBase):
    """Stream of the content of a gzip file, which never expands beyond the limits."""

    def __init__(self, path: Path, most: int | None) -> None:
        self._path = path
        self._stream, self._limit = gzip.open(path), SizeLimit(path, most)  # noqa: SIM115

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with broken_is_input_error(self._path):
            count = self._stream.readinto(memoryview(buffer)[:_CHUNK])
        self._limit.take(count)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def unpacked(path: Path, most: int | None) -> io.BufferedReader:
    """Open a gzip file as a stream of its content; limits and errors as in `SizeLimit`.

    Reading raises `InputError` if the file is broken.
    """
    return io.BufferedReader(_Unpacked(path, most), _CHUNK)


@contextmanager
def unreadable_is_input_error(path: Path) -> Iterator[None]:
    """Raise `InputError` about `path` for errors of the system."""
    try:
        yield
    except FileNotFoundError:
        raise InputError("the file does not exist", path=path, remedy="correct its name") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"the file cannot be read ({error})",
            path=path,
            remedy="correct its name or access rights",
        ) from None


@contextmanager
def broken_is_input_error(path: Path) -> Iterator[None]:
    """Raise `InputError` about `path` for errors of the libraries that read archives."""
    try:
        yield
    except _BROKEN as error:
        raise InputError(
            f"this archive is broken ({error})", path=path, remedy="fetch or make the archive again"
        ) from None
