"""Names of suites, models and corpora: they become parts of paths, so they cannot be any text."""

import re
from typing import Annotated

from pydantic import AfterValidator

_LONGEST = 100
_NAME = re.compile(rf"\w[\w.-]{{0,{_LONGEST - 1}}}")
_UNFIT = re.compile(r"[^\w.-]+")


def check_name(name: str) -> str:
    """Return a name unchanged; raise `ValueError` for one that cannot be the name of a folder."""
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name[:40]!r} cannot be a name: take letters, digits, _ . and -, at most {_LONGEST},"
            " and begin with a letter, a digit or _"
        )
    return name


Name = Annotated[str, AfterValidator(check_name)]
"""Name of a suite, a model or a corpus, which is a part of paths and of names of stages."""


def as_name(text: str) -> str:
    """Return the name that is most like a text, with `_` for what no name has.

    A text that is a name is returned unchanged.
    """
    fit = _UNFIT.sub("_", text).lstrip(".-")
    return fit[:_LONGEST] or "_"
