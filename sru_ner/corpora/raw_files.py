"""Tells which raw files of a corpus are here."""

from pathlib import Path

from sru_ner.corpora.checksums import has_checksum, recorded_checksum
from sru_ner.corpora.source import CorpusFile, Source


def missing_files(source: Source, raw: Path) -> list[str]:
    """Return the names of the raw files that are missing or have another checksum."""
    folder = raw / source.name
    return [file.name for file in source.raw_files if not is_here(file, folder)]


def is_here(file: CorpusFile, folder: Path) -> bool:
    """Whether a corpus's folder has this file, with the checksum if one is known."""
    path = folder / file.name
    return has_checksum(path, file.sha256 or recorded_checksum(path))
