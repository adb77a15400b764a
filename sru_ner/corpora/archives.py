"""The files behind a path: one file, those of a folder, or the members of an archive.

An archive (zip, tar, tar.gz, gz; told by its first bytes, not by its name) is read in place and
nothing is extracted, so no member can land anywhere. What a downloaded archive has no reason to
hold is refused all the same, before any of it is used: names that leave the folder, links and
devices, encrypted members, a name twice, an archive inside the archive, and more bytes than the
limits below. Hidden files and those that macOS adds are passed over.
"""

import gzip
import io
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, BinaryIO, cast

from sru_ner.errors import InputError

MAX_BYTES = 2**31
"""Expanded size of an archive, in bytes."""
MAX_RATIO = 200
"""Expanded to packed size. GENIA's XML, full of tags, expands to six times its packed size."""
FREE_BYTES = 2**23
"""Expanded size, in bytes, up to which the ratio is not looked at."""
MAX_MEMBERS = 100_000

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
"""All that the libraries raise at an archive that is cut off or garbled."""

_AGAIN = "fetch or make the archive again"
_DISTRUST = "do not use this archive unless you know why it is so; unpack and look into it first"
_CHUNK = 2**16
_TAR_MAGIC = 257, b"ustar"


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files behind a path, in memory."""

    path: Path
    """The file, folder or archive that the catalog names."""
    name: str
    """Its path inside the folder or archive, with `/`; empty where `path` is the file itself."""
    content: bytes

    @property
    def place(self) -> str:
        """What an error calls it."""
        return f"{self.path}/{self.name}" if self.name else str(self.path)


def read_parts(path: Path, members: str = "*") -> Iterator[Part]:
    """Yield the files behind `path` whose names match the glob `members`, sorted by name.

    `*` matches `/` too. A path that is one file (packed with gzip or not) is yielded whatever
    the glob. Raises `InputError` where there is nothing to read, or an archive is broken or not
    to be trusted.
    """
    path = Path(path)
    kind = _kind(path)
    if kind == "folder":
        yield from _folder(path, members)
    elif kind == "file":
        yield Part(path, "", _bytes(path))
    elif kind == "gzip":
        with _broken_is_input_error(path), closing(_unpacked(path, MAX_BYTES)) as stream:
            content = stream.read()
        yield Part(path, "", content)
    else:
        with _broken_is_input_error(path):
            found = list(_zip(path, members) if kind == "zip" else _tar(path, members, kind))
        yield from sorted(found, key=lambda part: part.name)


@contextmanager
def open_stream(path: Path) -> Iterator[BinaryIO]:
    """Open one file, unpacked where it is packed with gzip, to be read from front to back.

    What is read is not kept, so only the ratio of expanded to packed size is limited. Raises
    `InputError` for a folder and other archives; the stream does where the file is broken.
    """
    path = Path(path)
    kind = _kind(path)
    if kind not in ("file", "gzip"):
        raise InputError(
            f"a {kind}, not one file",
            path=path,
            remedy="name a folder's files; unpack an archive first",
        )
    with _unreadable_is_input_error(path):
        stream = path.open("rb") if kind == "file" else _unpacked(path, most=None)
    with closing(stream):
        yield cast(BinaryIO, stream)


def _folder(path: Path, members: str) -> Iterator[Part]:
    names = {}
    for file in path.rglob("*"):
        name = file.relative_to(path).as_posix()
        if file.is_file() and not _hidden(name):
            names[name] = file
    for name in _matching(path, names, members):
        yield Part(path, name, _bytes(names[name]))


def _zip(path: Path, members: str) -> Iterator[Part]:
    with zipfile.ZipFile(path) as archive:
        infos: dict[str, zipfile.ZipInfo] = {}
        limit = _Limit(path, MAX_BYTES)
        for info in archive.infolist():
            # Not `filename`: that is shortened at a null byte.
            name = _checked_name(path, info.orig_filename, infos)
            if info.flag_bits & 0x1:
                raise _refused(path, name, "is encrypted", "unpack it with its password")
            if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise _refused(path, name, "is a link or a device")
            if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise _refused(path, name, "is packed in an unusual way", "unpack it")
            limit.take(info.file_size)
            infos[name] = info
        files = {name: i for name, i in infos.items() if not i.is_dir() and not _hidden(name)}
        for name in _matching(path, files, members):
            with archive.open(files[name]) as stream:
                yield _part(path, name, stream.read())


def _tar(path: Path, members: str, kind: str) -> Iterator[Part]:
    # Read from front to back, once: going back in a packed archive means unpacking it again.
    names: dict[str, None] = {}
    files: list[str] = []
    with (
        closing(_unpacked(path, MAX_BYTES) if kind == "tar.gz" else path.open("rb")) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for member in archive:
            name = _checked_name(path, member.name, names)
            names[name] = None
            if not (member.isreg() or member.isdir()):
                raise _refused(path, name, "is a link or a device")
            if member.issparse():
                raise _refused(path, name, "has holes that would be filled with zeros")
            if member.isdir() or _hidden(name):
                continue
            files.append(name)
            if fnmatchcase(name, members):
                content = cast(BinaryIO, archive.extractfile(member)).read()
                if len(content) < member.size:
                    raise EOFError("it ends inside a member")
                yield _part(path, name, content)
    _matching(path, files, members)


def _matching(path: Path, names: Iterable[str], members: str) -> list[str]:
    names = sorted(names)
    found = [name for name in names if fnmatchcase(name, members)]
    if not found:
        held = f"; it holds {', '.join(names[:5])}" if names else ", nor any other"
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        raise InputError(
            f"no file in here matches {members!r}{held}{more}",
            path=path,
            remedy="correct `members`, or look whether this is the right path",
        )
    return found


def _part(path: Path, name: str, content: bytes) -> Part:
    if _kind_of(content[: _TAR_MAGIC[0] + len(_TAR_MAGIC[1])]) != "file":
        raise _refused(path, name, "is itself an archive", "unpack that one and use it instead")
    return Part(path, name, content)


def _checked_name(path: Path, given: str, before: Mapping[str, Any]) -> str:
    """The name without a leading `./` and final `/`."""
    if len(before) >= MAX_MEMBERS:
        raise InputError(f"more than {MAX_MEMBERS} members", path=path, remedy=_DISTRUST)
    name = given.removeprefix("./").rstrip("/")
    steps = name.split("/")
    if given.startswith("/") or ".." in steps or "\\" in name or ":" in steps[0]:
        raise _refused(path, ascii(given), "has a name that leads outside the archive's folder")
    if not given.isprintable():
        raise _refused(path, ascii(given), "has control characters in its name")
    if name in before:
        raise _refused(path, name, "is there twice")
    return name


def _hidden(name: str) -> bool:
    return any(step.startswith(".") or step == "__MACOSX" for step in name.split("/"))


def _refused(path: Path, name: str, problem: str, remedy: str = _DISTRUST) -> InputError:
    return InputError(f"the member {name} {problem}", path=path, remedy=remedy)


class _Limit:
    """Counts expanded bytes; raises `InputError` beyond what a corpus can be."""

    def __init__(self, path: Path, most: int | None) -> None:
        self._path, self._most = path, most
        self._packed, self._expanded = path.stat().st_size, 0

    def take(self, size: int) -> None:
        self._expanded += size
        bomb = self._expanded > max(FREE_BYTES, MAX_RATIO * self._packed)
        if bomb or (self._most is not None and self._expanded > self._most):
            limits = [f"{self._most}"] if self._most is not None else []
            limits.append(f"{MAX_RATIO} times the packed size")
            raise InputError(
                f"{self._packed} bytes that expand to {self._expanded} or more: the limits are"
                f" {' and '.join(limits)}",
                path=self._path,
                remedy=_DISTRUST,
            )


class _Unpacked(io.RawIOBase):
    """The content of a gzip file, which never expands beyond the limits."""

    def __init__(self, path: Path, most: int | None) -> None:
        self._path = path
        self._stream, self._limit = gzip.open(path), _Limit(path, most)  # noqa: SIM115

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with _broken_is_input_error(self._path):
            count = self._stream.readinto(memoryview(buffer)[:_CHUNK])
        self._limit.take(count)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


def _unpacked(path: Path, most: int | None) -> io.BufferedReader:
    return io.BufferedReader(_Unpacked(path, most), _CHUNK)


def _kind(path: Path) -> str:
    """`folder`, `file`, `zip`, `tar`, `tar.gz` or `gzip`."""
    count = _TAR_MAGIC[0] + len(_TAR_MAGIC[1])
    with _unreadable_is_input_error(path):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder"
        if not stat.S_ISREG(mode):
            raise InputError("neither a file nor a folder", path=path, remedy="correct the path")
        with path.open("rb") as stream:
            kind = _kind_of(stream.read(count))
    if kind == "gzip":
        with _broken_is_input_error(path), closing(_unpacked(path, MAX_BYTES)) as stream:
            kind = "tar.gz" if _kind_of(stream.read(count)) == "tar" else kind
    return kind


def _kind_of(head: bytes) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "tar" if head[_TAR_MAGIC[0] :] == _TAR_MAGIC[1] else "file"


def _bytes(path: Path) -> bytes:
    with _unreadable_is_input_error(path):
        return path.read_bytes()


@contextmanager
def _unreadable_is_input_error(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise InputError(
            "the file is not there", path=path, remedy="fetch it with `sru-ner corpora fetch`"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot be read ({error})", path=path, remedy="correct its name or rights"
        ) from None


@contextmanager
def _broken_is_input_error(path: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise InputError(f"a broken archive ({error})", path=path, remedy=_AGAIN) from None
