"""Reads the files behind a path: one file, the files of a folder, or the members of an archive.

An archive is a zip, tar, tar.gz or gz file. Its first bytes tell which, not its name. It is read in
place and nothing is extracted to disk. An archive is refused before any member is used if it has
content that a corpus does not need: names that lead out of the folder, links and devices, encrypted
members, a name twice, another archive, or more bytes than the limits. Hidden files and files that
macOS adds are skipped, and so are those that describe a corpus, such as a README.
"""

import re
import stat
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast

from sru_ner.corpora.unpacking import (
    DISTRUST,
    MAX_BYTES,
    SizeLimit,
    broken_is_input_error,
    unpacked,
    unreadable_is_input_error,
)
from sru_ner.errors import InputError
from sru_ner.files import files_below

MAX_MEMBERS = 100_000
"""Largest number of members of an archive."""

_TAR_MAGIC = 257, b"ustar"

_ABOUT = re.compile(
    r"(read[ _-]?me|licen[cs]e|copying|authors|citation|changelog)([ _.-].*)?",
    re.IGNORECASE,
)
"""Names of files about a corpus; they count only with an ending for prose."""
_PROSE = ("", ".txt", ".md", ".rst", ".in")
_OTHER_CONTENT = re.compile(
    r"\.(bib|cff|css|docx?|gif|html?|jpe?g|js|md|md5|odt|pdf|png|py|rst|rtf|sh|sha256|svg)"
)
"""Endings of files that no reader of corpora reads."""
_OF_SYSTEMS = frozenset(("thumbs.db", "desktop.ini"))


@dataclass(frozen=True, slots=True)
class Part:
    """One of the files behind a path, in memory."""

    path: Path
    """File, folder or archive that the catalog names."""
    name: str
    """Path inside the folder or archive, with `/`; empty if `path` is the file itself."""
    content: bytes

    @property
    def place(self) -> str:
        """Return the name of the file in error messages."""
        return f"{self.path}/{self.name}" if self.name else str(self.path)


def read_parts(path: Path, members: str = "*") -> Iterator[Part]:
    """Yield the files behind `path` whose names match the glob `members`, sorted by name.

    `*` matches `/` too. A single file, packed with gzip or not, is yielded whatever its name.
    Raises `InputError` if there is nothing to read, or if an archive is broken or not safe.
    """
    path = Path(path)
    kind = _kind(path)
    if kind == "folder":
        yield from _folder(path, members)
    elif kind == "file":
        yield Part(path, "", _bytes(path))
    elif kind == "gzip":
        with broken_is_input_error(path), closing(unpacked(path, MAX_BYTES)) as stream:
            content = stream.read()
        yield Part(path, "", content)
    else:
        with broken_is_input_error(path):
            found = list(_zip(path, members) if kind == "zip" else _tar(path, members, kind))
        yield from sorted(found, key=lambda part: part.name)


def passed_over(path: Path) -> list[str]:
    """List the files behind `path` that `read_parts` skips because of their names, sorted.

    A hidden folder is named once. Raises `InputError` for an archive that is broken.
    """
    kind = _kind(path)
    names: list[str] = []
    if kind == "folder":
        names = [f.relative_to(path).as_posix() for f in files_below(path)]
    elif kind == "zip":
        with broken_is_input_error(path), zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
    elif kind not in ("file", "gzip"):
        with (
            broken_is_input_error(path),
            closing(unpacked(path, MAX_BYTES) if kind == "tar.gz" else path.open("rb")) as stream,
            tarfile.open(fileobj=stream, mode="r|") as archive,
        ):
            names = [member.name.removeprefix("./") for member in archive if member.isreg()]
    found = set()
    for name in filter(_skipped, names):
        step = _hidden_step(name)
        found.add(name if step is None else "/".join(name.split("/")[: step + 1]))
    return sorted(found)


@contextmanager
def open_stream(path: Path) -> Iterator[BinaryIO]:
    """Open one file to be read from front to back; a gzip file is unpacked while it is read.

    Nothing is kept in memory, so only the ratio of expanded to packed size is limited. Raises
    `InputError` for a folder and for other archives. The stream raises it if the file is broken.
    """
    path = Path(path)
    kind = _kind(path)
    if kind not in ("file", "gzip"):
        raise InputError(
            f"this is a {kind}, not one file",
            path=path,
            remedy="name a folder's files; unpack an archive first",
        )
    with unreadable_is_input_error(path):
        stream = path.open("rb") if kind == "file" else unpacked(path, most=None)
    with closing(stream):
        yield cast(BinaryIO, stream)


def _folder(path: Path, members: str) -> Iterator[Part]:
    names = {}
    for file in files_below(path):
        name = file.relative_to(path).as_posix()
        if name == members or not _skipped(name):
            names[name] = file
    for name in _matching(path, names, members):
        yield Part(path, name, _bytes(names[name]))


def _zip(path: Path, members: str) -> Iterator[Part]:
    with zipfile.ZipFile(path) as archive:
        infos: dict[str, zipfile.ZipInfo] = {}
        limit = SizeLimit(path, MAX_BYTES)
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
        files = {
            name: info
            for name, info in infos.items()
            if not info.is_dir() and (name == members or not _skipped(name))
        }
        for name in _matching(path, files, members):
            with archive.open(files[name]) as stream:
                yield _part(path, name, stream.read())


def _tar(path: Path, members: str, kind: str) -> Iterator[Part]:
    # Read once from front to back, because going back in a packed archive unpacks it again.
    names: dict[str, None] = {}
    files: list[str] = []
    with (
        closing(unpacked(path, MAX_BYTES) if kind == "tar.gz" else path.open("rb")) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for member in archive:
            name = _checked_name(path, member.name, names)
            names[name] = None
            if not (member.isreg() or member.isdir()):
                raise _refused(path, name, "is a link or a device")
            if member.issparse():
                raise _refused(path, name, "has gaps that would be filled with zeros")
            if member.isdir() or (name != members and _skipped(name)):
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
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        held = f"none of its files matches {members!r}; it has {', '.join(names[:5])}{more}"
        raise InputError(
            held if names else "there are no files in it",
            path=path,
            remedy="correct `members`, or check whether this is the right path",
        )
    return found


def _part(path: Path, name: str, content: bytes) -> Part:
    if _kind_of(content[: _TAR_MAGIC[0] + len(_TAR_MAGIC[1])]) != "file":
        raise _refused(path, name, "is itself an archive", "unpack that archive and use it instead")
    return Part(path, name, content)


def _checked_name(path: Path, given: str, before: Mapping[str, Any]) -> str:
    """Return a member's name without a leading `./` and a final `/`; refuse an unsafe name."""
    if len(before) >= MAX_MEMBERS:
        raise InputError(
            f"this archive has more than {MAX_MEMBERS:,} members", path=path, remedy=DISTRUST
        )
    name = given.removeprefix("./").rstrip("/")
    steps = name.split("/")
    if given.startswith("/") or ".." in steps or "\\" in name or ":" in steps[0]:
        raise _refused(path, ascii(given), "has a name that leads outside the archive's folder")
    if not given.isprintable():
        raise _refused(path, ascii(given), "has control characters in its name")
    if name in before:
        raise _refused(path, name, "occurs twice")
    return name


def _skipped(name: str) -> bool:
    """Whether a file is no part of a corpus, as its name says."""
    file = PurePosixPath(name)
    return (
        _hidden_step(name) is not None
        or file.name.lower() in _OF_SYSTEMS
        or _OTHER_CONTENT.fullmatch(file.suffix.lower()) is not None
        or (file.suffix.lower() in _PROSE and _ABOUT.fullmatch(file.name) is not None)
    )


def _hidden_step(name: str) -> int | None:
    """Return which step of a path, from 0, is hidden or of macOS; None if no step is."""
    steps = name.split("/")
    return next((i for i, s in enumerate(steps) if s.startswith(".") or s == "__MACOSX"), None)


def _refused(path: Path, name: str, problem: str, remedy: str = DISTRUST) -> InputError:
    return InputError(f"the member {name} {problem}", path=path, remedy=remedy)


def _kind(path: Path) -> str:
    """Tell what a path is: `folder`, `file`, `zip`, `tar`, `tar.gz` or `gzip`."""
    count = _TAR_MAGIC[0] + len(_TAR_MAGIC[1])
    with unreadable_is_input_error(path):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return "folder"
        if not stat.S_ISREG(mode):
            raise InputError(
                "this is neither a file nor a folder", path=path, remedy="correct the path"
            )
        with path.open("rb") as stream:
            kind = _kind_of(stream.read(count))
    if kind == "gzip":
        with broken_is_input_error(path), closing(unpacked(path, MAX_BYTES)) as stream:
            kind = "tar.gz" if _kind_of(stream.read(count)) == "tar" else kind
    return kind


def _kind_of(head: bytes) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    return "tar" if head[_TAR_MAGIC[0] :] == _TAR_MAGIC[1] else "file"


def _bytes(path: Path) -> bytes:
    with unreadable_is_input_error(path):
        return path.read_bytes()
