"""Errors that a user can correct. Each message says where, what is wrong and what to do next.

The command line prints an `SruNerError` without a traceback and exits with status 2. Any other
exception is a defect of this package.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path


class SruNerError(Exception):
    """Base of all errors that a user can correct."""

    def __init__(self, problem: str, *, remedy: str | None = None) -> None:
        """problem: what is wrong, and where. remedy: what to do next."""
        super().__init__(problem + (f"\n  → {remedy}" if remedy else ""))
        self.problem, self.remedy = problem, remedy


class InputError(SruNerError):
    """A file, a line of a file or an argument cannot be used."""

    def __init__(
        self,
        problem: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        """problem: what is wrong. path, line: where; lines count from 1. remedy: what to do next.

        The attribute `problem` holds the problem without the place.
        """
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(place + problem, remedy=remedy)
        self.path, self.line, self.problem = path, line, problem


class UnknownNameError(SruNerError):
    """There is no corpus, experiment, type, parameter or other thing of this name."""

    def __init__(
        self, kind: str, name: str, known: Iterable[str], *, place: Path | str | None = None
    ) -> None:
        """kind: singular noun, such as `corpus`. known: the names that exist, for the message.

        place: the file, option or parameter that holds the name.
        """
        known = sorted(known)
        close = difflib.get_close_matches(name, known, n=1)
        super().__init__(
            ("" if place is None else f"{place}: ")
            + f"there is no {kind} {name!r}."
            + (f" Did you mean {close[0]!r}?" if close else ""),
            remedy=f"choose one of: {', '.join(known)}" if known else "none is defined",
        )
        self.kind, self.name, self.known = kind, name, known


class DownloadError(SruNerError):
    """A URL is not available, or its content is not what the catalog says."""

    def __init__(self, url: str, problem: str, *, remedy: str) -> None:
        """problem: what is wrong, without the URL, which the message begins with."""
        super().__init__(f"{url}: {problem}", remedy=remedy)
        self.url, self.problem = url, problem


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its class if it has none."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
