"""Errors that a user can correct. Each message says where, what is wrong and what to do next.

The command line prints an `SruNerError` without a traceback and exits with status 2. Any other
exception is a defect of this package.
"""

import difflib
import re
from collections.abc import Iterable
from pathlib import Path

_PASSWORD = re.compile(r"(?<=://)[^/\s'\"]*@")
_QUERY_VALUE = re.compile(r"(?<=[?&])([^=&\s'\"#]+)=[^&\s'\"#)]+")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"]+")


def without_secrets(text: str) -> str:
    """Remove passwords, and the values of queries, from the addresses (URLs) in a text.

    A query often holds a key: `?token=…`. Its names stay, so that one can tell addresses apart.
    """
    return _ADDRESS.sub(lambda found: public_address(found[0]), text)


def public_address(address: str) -> str:
    """Return an address (URL) without a password and without the values of its query.

    The address may lack its beginning, as those in messages of `requests` do.
    """
    return _QUERY_VALUE.sub(r"\1=…", _PASSWORD.sub("", address))


class SruNerError(Exception):
    """Base of all errors that a user can correct."""

    def __init__(self, problem: str, *, remedy: str | None = None) -> None:
        """problem: what is wrong, and where. remedy: what to do next.

        Secrets in addresses are not shown, see `without_secrets`.
        """
        problem = without_secrets(problem)
        remedy = remedy and without_secrets(remedy)
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
        problem = without_secrets(problem)
        place = "" if path is None else f"{path}:{line}: " if line is not None else f"{path}: "
        super().__init__(place + problem, remedy=remedy)
        self.path, self.line, self.problem = path, line, problem


class UnknownNameError(SruNerError):
    """There is no corpus, experiment, type, parameter or other thing of this name."""

    def __init__(
        self,
        kind: str,
        name: str,
        known: Iterable[str],
        *,
        place: Path | str | None = None,
        elsewhere: Iterable[str] = (),
    ) -> None:
        """kind: singular noun, such as `corpus`. known: the names that exist, for the message.

        place: the file, option or parameter that holds the name. elsewhere: names with dots, such
        as `train.epochs`, which the user may have meant.
        """
        known = sorted(known)
        close = _closest(name, known) or _closest(name, elsewhere, cutoff=0.8)
        super().__init__(
            ("" if place is None else f"{place}: ")
            + f"there is no {kind} {name!r}."
            + (f" Did you mean {close!r}?" if close else ""),
            remedy=f"choose one of: {', '.join(known)}" if known else "none is defined",
        )
        self.kind, self.name, self.known = kind, name, known


class DownloadError(SruNerError):
    """A URL is not available, or its content is not what the catalog says."""

    def __init__(self, url: str, problem: str, *, remedy: str) -> None:
        """problem: what is wrong, without the URL, which the message begins with."""
        problem = without_secrets(problem)
        super().__init__(f"{url}: {problem}", remedy=remedy)
        self.url, self.problem = url, problem


def _closest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name that is most like a name, or None.

    Where only one of the two has dots, as `train.epocs` and `epochs`, only the part behind the last
    dot is compared.
    """
    by_form = {each if "." in name else each.rpartition(".")[2]: each for each in known}
    if not any("." in form for form in by_form):
        name = name.rpartition(".")[2]
    close = difflib.get_close_matches(name, by_form, n=1, cutoff=cutoff)
    return by_form[close[0]] if close else None


def first_line(error: BaseException) -> str:
    """Return the first line of an error's message, or the name of its class if it has none."""
    return str(error).strip().partition("\n")[0] or type(error).__name__
