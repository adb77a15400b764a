"""The one vocabulary of errors: each names the place, the likely cause and the next step.

The command line prints an `SruNerError` without a traceback and exits with status 2. Anything
else that escapes is a defect of this package.
"""

import difflib
from collections.abc import Iterable
from pathlib import Path


class SruNerError(Exception):
    """Base of all errors a user can mend."""


class InputError(SruNerError):
    """A file, or a line of it, that cannot be taken as it is."""

    def __init__(
        self,
        problem: str,
        *,
        path: Path | str | None = None,
        line: int | None = None,
        remedy: str | None = None,
    ) -> None:
        """`line` counts from 1. `remedy` is a sentence that says what to do next."""
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(place + problem + (f"\n  → {remedy}" if remedy else ""))
        self.path, self.line, self.problem, self.remedy = path, line, problem, remedy


class UnknownNameError(SruNerError):
    """A corpus, experiment, type or parameter that does not exist; lists those that do."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        known = sorted(known)
        close = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = ", ".join(known) if known else "none"
        super().__init__(f"unknown {kind} {name!r}.{hint}\n  → known: {listed}")
        self.kind, self.name, self.known = kind, name, known


class DownloadError(SruNerError):
    """A URL that could not be had, or whose content is not what the catalog promises."""

    def __init__(self, url: str, problem: str, *, remedy: str) -> None:
        super().__init__(f"{url}: {problem}\n  → {remedy}")
        self.url, self.problem, self.remedy = url, problem, remedy
