"""Zip files that have the same bytes whenever they are written."""

import zipfile
from collections.abc import Iterable
from pathlib import Path

from sru_ner.files import atomic_path

_WRITTEN = (1980, 1, 1, 0, 0, 0)  # the earliest time that the format can hold


def write_zip(path: Path, members: Iterable[tuple[str, str | bytes]]) -> None:
    """Write names and contents into a zip file, atomically."""
    with atomic_path(path) as fresh, zipfile.ZipFile(fresh, "w") as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name, _WRITTEN)
            archive.writestr(info, content, zipfile.ZIP_DEFLATED)
