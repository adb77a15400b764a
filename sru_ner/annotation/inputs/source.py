"""Where texts come from: files, folders, globs and standard input."""

import glob
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sru_ner.corpora.archives import open_stream
from sru_ner.errors import InputError

STDIN = "-"
PACKED = ".gz"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where formats of named columns or keys have what is needed."""

    text: str = "text"
    id: str | None = None
    """None: the first of `IDENTIFIERS` that is there."""


IDENTIFIERS = ("id", "document_id", "pmid")
"""Names under which an identifier is looked for."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file, some row groups of a Parquet file, or standard input."""

    path: Path | None
    """None: standard input."""
    name: str
    """What outputs are called after: its path below the folder that was named, or its own name."""
    row_group: int | None = None
    """The only one to be read of a Parquet file; None: all."""

    @property
    def place(self) -> str:
        """What an error calls it."""
        return "standard input" if self.path is None else str(self.path)

    @property
    def stem(self) -> str:
        """Its name without folders and endings: what documents without identifier are called."""
        name = Path(self.name).name.removesuffix(PACKED)
        return Path(name).stem or name

    def numbered(self, number: int) -> str:
        """The identifier of the document that has none and stands at `number`, from 1."""
        return f"{self.stem}-{number:06d}"

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes, unpacked where they are packed. Raises `InputError` where it cannot be."""
        if self.path is None:
            # Python closes its own at its end, and aborts where a thread still waits for it.
            with os.fdopen(os.dup(sys.stdin.fileno()), "rb") as stream:
                yield stream
        else:
            with open_stream(self.path) as stream:
                yield stream


def find_sources(
    inputs: Iterable[str], suffixes: Iterable[str], *, output: Path | None = None
) -> list[Source]:
    """The sources that the arguments of a command name, in their order, each folder's sorted.

    A folder stands for the files in and below it whose names end in one of `suffixes`, hidden ones
    aside; what is no path is taken for a glob. Neither stands for what is or lies in `output`.
    Raises `InputError` where there is none.
    """
    endings = tuple(suffixes)
    endings += tuple(ending + PACKED for ending in endings)
    written = None if output is None else output.resolve()
    found: list[Source] = []
    for given in inputs:
        path = Path(given)
        if given == STDIN:
            found.append(Source(None, "stdin"))
        elif path.is_dir():
            found += _of_folder(path, endings, written)
        elif path.exists() or not glob.has_magic(given):
            found.append(_of_file(path))
        else:
            found += _of_glob(given, written)
    twice = {path for path, n in Counter(source.path for source in found).items() if n > 1}
    if twice:
        name = "standard input" if None in twice else str(min(map(str, twice)))
        raise InputError("named twice", path=name, remedy="name each input once")
    return found


def _of_file(path: Path) -> Source:
    if not path.exists():
        raise InputError(
            "no such file or folder", path=path, remedy="name a file or folder, or - for stdin"
        )
    return Source(path, path.name)


def _of_folder(folder: Path, endings: tuple[str, ...], written: Path | None) -> list[Source]:
    if _within(folder, written):
        raise InputError(
            "lies in the output folder", path=folder, remedy="name another folder as --output"
        )
    names = {
        path.relative_to(folder).as_posix(): path
        for path in folder.rglob("*")
        if path.name.lower().endswith(endings) and path.is_file() and not _within(path, written)
    }
    found = [
        Source(names[name], name)
        for name in sorted(names)
        # Folders that begin with an underscore hold what programs say about the data beside them.
        if not any(step.startswith((".", "_")) for step in name.split("/"))
    ]
    if not found:
        raise InputError(
            "no file in here that can be read by its name",
            path=folder,
            remedy=f"names have to end in one of {', '.join(sorted(endings))}; or name the files",
        )
    return found


def _of_glob(pattern: str, written: Path | None) -> list[Source]:
    # Path.glob takes no absolute pattern.
    found = map(Path, glob.glob(pattern, recursive=True))  # noqa: PTH207
    paths = sorted(path for path in found if path.is_file() and not _within(path, written))
    if not paths:
        raise InputError(
            "no file matches",
            path=pattern,
            remedy="look at the pattern with ls; what lies in the output folder is left out",
        )
    return [Source(path, path.name) for path in paths]


def _within(path: Path, written: Path | None) -> bool:
    """Whether a path is what an earlier run of the same command wrote, and no input."""
    return written is not None and path.resolve().is_relative_to(written)
