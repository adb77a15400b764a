"""Checks the addresses (URLs) in catalog entries, and finds their copies in a mirror.

A mirror is a folder with a copy of each address at `<mirror>/<host>/<path>`.
"""

import os
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

MIRROR = "SRU_NER_MIRROR"
"""Environment variable with the name of the mirror's folder."""

FILE_NAME = re.compile(r"(?!\.{1,2}$)[^/\\\x00-\x1f\x7f]{1,200}")
"""A name of a file that leads to no other folder, and that every system can write."""


def check_address(address: str) -> str:
    """Return a web address unchanged.

    Raises `ValueError` for another scheme than http and https, for an address without a host, and
    for one whose path has `..` or a control character, also in the form of a `%` code.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address has to begin with http:// or https:// and a host")
    _steps(address)
    return address


def mirrored(url: str) -> Path | None:
    """Return the path at which the mirror has a copy of `url`; None without a mirror.

    Raises `ValueError` for an address that leads out of the mirror.
    """
    mirror = os.environ.get(MIRROR)
    return Path(mirror, *_steps(url)) if mirror else None


def _steps(url: str) -> list[str]:
    """Return the host and the steps of the path, without codes and empty steps."""
    parts = urlsplit(url)
    steps = [parts.hostname or "", *unquote(parts.path).split("/")]
    for step in filter(None, steps):
        if not FILE_NAME.fullmatch(step):
            raise ValueError(f"the address has the step {step[:40]!r}, which is no name of a file")
    return [step for step in steps if step]
