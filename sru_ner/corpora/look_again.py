"""Downloads the files of a corpus again, to see whether they are still what they were."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sru_ner.corpora.checksums import recorded_checksum, sha256_of
from sru_ner.corpora.download import Limits, obtain
from sru_ner.corpora.source import Source
from sru_ner.errors import DownloadError

Outcome = Literal["unchanged", "changed", "not available", "not known"]
"""`not known`: neither the catalog nor a first download says what the file should be."""


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What a second download of a file has shown."""

    corpus: str
    file: str
    outcome: Outcome
    detail: str = ""
    """The checksum that was found, or why there is none."""


def look_again(source: Source, raw: Path, limits: Limits | None = None) -> list[SecondLook]:
    """Download each file of a corpus that has an address, and compare its SHA-256.

    The files go to a temporary folder: those in `<raw>/<source>/` stay as they are. They come from
    the mirror if one is named and has them. limits: of each download; None means the defaults.
    """
    found = []
    for file in source.files:
        if not file.url:
            continue
        known = file.sha256 or recorded_checksum(raw / source.name / file.name)
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, file.name)
            try:
                obtain(file.url, target, None, limits or Limits())
            except DownloadError as error:
                look = SecondLook(source.name, file.name, "not available", error.problem)
            else:
                digest = sha256_of(target)
                outcome: Outcome = (
                    "unchanged" if digest == known else "changed" if known else "not known"
                )
                look = SecondLook(source.name, file.name, outcome, digest)
        found.append(look)
    return found
