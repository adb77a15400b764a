"""Finds the sources of texts: files, folders, globs and standard input."""

import glob
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, cast, get_args

from sru_ner.corpora.archives import open_stream
from sru_ner.corpora.readers.lines import Encoding, stream_lines, whole_lines
from sru_ner.corpora.unpacking import unreadable_is_input_error
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import files_below

Unit = Literal["line", "file"]

ENCODING = "--encoding "
"""How the encoding is named in the command, for messages."""
STDIN = "-"
"""Argument that stands for standard input."""
PACKED = ".gz"
"""Ending of the names of packed files."""


@dataclass(frozen=True, slots=True)
class InputOptions:
    """What the user says about the content of files."""

    text: str = "text"
    """Name of the column or key that holds the text."""
    id: str | None = None
    """Name of the identifier's column; None means the first of `IDENTIFIERS` that exists."""
    unit: Unit = "line"
    """What is one document in plain text: a line, or the whole file with its line ends."""
    encoding: Encoding = "utf-8"
    """Encoding of text files. A file that begins with a byte order mark needs no option."""


def input_options(
    *, text: str, id_: str | None, unit: Unit, encoding: str, format_: str | None
) -> InputOptions:
    """Check what a user says about the content of files.

    format_: name of the format, if it is named. Raises `UnknownNameError` for an encoding that does
    not exist, and `InputError` for files as documents in another format than text.
    """
    known = get_args(Encoding)
    if encoding.lower() not in known:
        raise UnknownNameError("encoding", encoding, known)
    if unit == "file" and format_ not in (None, "text"):
        raise InputError(
            f"--unit file is for plain text, not for {format_}",
            remedy="leave out --unit: that format says itself where documents begin",
        )
    return InputOptions(text, id_, unit, cast(Encoding, encoding.lower()))


IDENTIFIERS = ("id", "document_id", "pmid")
"""Names of columns that may hold an identifier, in the order in which they are tried."""


@dataclass(frozen=True, slots=True)
class Source:
    """File, row group of a Parquet file, standard input, or another pipe."""

    path: Path | None
    """Path of the file; None for standard input and other pipes, which can be read only once."""
    name: str
    """Name that outputs are named after: the path below the given folder, or the file's name."""
    row_group: int | None = None
    """Number of the only row group to read of a Parquet file; None means all."""
    pipe: Path | None = None
    """Path of a pipe other than standard input."""

    @property
    def place(self) -> str:
        """Name of the source in messages."""
        return str(self.path or self.pipe or "standard input")

    @property
    def stem(self) -> str:
        """Name without folders and endings, for documents without an identifier."""
        name = Path(self.name).name.removesuffix(PACKED)
        return Path(name).stem or name

    @property
    def base(self) -> str:
        """Name with folders, without the ending, for a document that is the whole file."""
        name = Path(self.name.removesuffix(PACKED))
        return name.with_suffix("").as_posix()

    def numbered(self, number: int) -> str:
        """Return an identifier for the document at `number`, counted from 1, that has none."""
        return f"{self.stem}-{number:06d}"

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Open the source for reading its bytes, unpacked if the file is packed.

        Raises `InputError` if it cannot be opened or unpacked.
        """
        if self.pipe is not None:
            with unreadable_is_input_error(self.pipe):
                opened = self.pipe.open("rb")
            with opened:
                yield opened
        elif self.path is None:
            # Python closes standard input when it ends, and aborts if a thread still reads it.
            # This copy of it is not closed.
            with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as stream:
                yield stream
        else:
            with open_stream(self.path) as stream:
                yield stream

    def lines(self, stream: BinaryIO, options: InputOptions) -> Iterator[tuple[int, str]]:
        """Yield the number and the content of each line of the open source.

        Raises `InputError` for a line in another encoding.
        """
        return stream_lines(stream, self.place, options.encoding, ENCODING)

    def whole_lines(self, stream: BinaryIO, options: InputOptions) -> Iterator[str]:
        """Yield each line of the open source with its line end; errors as in `lines`."""
        return whole_lines(stream, self.place, options.encoding, ENCODING)


def find_sources(
    inputs: Iterable[str], suffixes: Iterable[str], *, output: Path | None = None
) -> list[Source]:
    """Return the sources that the arguments of a command name, in their order.

    inputs: paths of files, pipes or folders, globs, or `-` for standard input. A folder stands for
    all files in and below it whose names end in one of `suffixes`, sorted by name, without hidden
    files. output: file or folder that the command writes; it is no source, nor is any file in it.
    Raises `InputError` for an argument without a source, and for a source that is named twice.
    """
    endings = tuple(suffixes)
    endings += tuple(ending + PACKED for ending in endings)
    written = None if output is None else output.resolve()
    pipes = 0
    found: list[Source] = []
    for given in inputs:
        path = Path(given)
        if given == STDIN:
            found.append(Source(None, "stdin"))
        elif _is_pipe(path):
            pipes += 1
            found.append(Source(None, "pipe" if pipes == 1 else f"pipe-{pipes}", pipe=path))
        elif path.is_dir():
            found += _of_folder(path, endings, written)
        elif path.exists() or not glob.has_magic(given):
            found.append(_of_file(path))
        else:
            found += _of_glob(given, written)
    twice = [place for place, n in Counter(source.place for source in found).items() if n > 1]
    if twice:
        raise InputError(
            "this input is named twice", path=min(twice), remedy="name each input once"
        )
    return found


def _is_pipe(path: Path) -> bool:
    """Tell whether a path is a pipe, such as that of `<(zcat notes.txt.gz)` in a shell.

    A terminal is one, too. Raises `InputError` for a device without an end, such as `/dev/zero`.
    """
    if not path.is_char_device():
        return path.is_fifo()
    if path.stat().st_rdev != Path(os.devnull).stat().st_rdev and not _is_terminal(path):
        raise InputError(
            "this is a device whose content never ends",
            path=path,
            remedy="name a file, a folder or a pipe, or - for standard input",
        )
    return True


def _is_terminal(path: Path) -> bool:
    with path.open("rb", buffering=0) as opened:
        return opened.isatty()


def _of_file(path: Path) -> Source:
    if not path.exists():
        raise InputError(
            "there is no such file or folder",
            path=path,
            remedy="name a file or folder, or - for standard input",
        )
    return Source(path, _shown(path.name))


def _shown(name: str) -> str:
    """Return the name of a file with U+FFFD for bytes that are not UTF-8, so it can be written."""
    return os.fsencode(name).decode("utf-8", "replace")


def _of_folder(folder: Path, endings: tuple[str, ...], written: Path | None) -> list[Source]:
    if _within(folder, written):
        raise InputError(
            "the folder is in the output folder",
            path=folder,
            remedy="name another folder as --output",
        )
    names = {
        path.relative_to(folder).as_posix(): path
        for path in files_below(folder)
        if path.name.lower().endswith(endings) and not _within(path, written)
    }
    found = [
        Source(names[name], _shown(name))
        for name in sorted(names)
        # By convention, names with an underscore hold what programs write about the data.
        if not any(step.startswith((".", "_")) for step in name.split("/"))
    ]
    if not found:
        raise InputError(
            "no file in this folder has a name that tells its format",
            path=folder,
            remedy=f"name the files, or end their names in one of {', '.join(sorted(endings))}",
        )
    return found


def _of_glob(pattern: str, written: Path | None) -> list[Source]:
    # Path.glob takes no absolute pattern.
    found = map(Path, glob.glob(pattern, recursive=True))  # noqa: PTH207
    paths = sorted(path for path in found if path.is_file() and not _within(path, written))
    if not paths:
        raise InputError(
            "no file matches this pattern",
            path=pattern,
            remedy="test the pattern with ls; files in the output folder are not read",
        )
    return [Source(path, _shown(path.name)) for path in paths]


def _within(path: Path, written: Path | None) -> bool:
    """Tell whether a path is in the output of the command, so that it is no input."""
    return written is not None and path.resolve().is_relative_to(written)
