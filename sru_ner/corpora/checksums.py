"""Checksums of raw files: computed, and as the first download of a file recorded them."""

import hashlib
from pathlib import Path


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def has_checksum(path: Path, sha256: str | None) -> bool:
    """Whether the file exists and has the checksum, if one is known; a folder has none."""
    if path.is_dir():
        return sha256 is None
    return path.is_file() and (sha256 is None or sha256_of(path) == sha256)


def recorded_checksum(path: Path) -> str | None:
    """Return the SHA-256 that a file's first download recorded; None if there is no record."""
    record = record_of(path)
    return record.read_text(encoding="utf-8").split()[0] if record.is_file() else None


def record_of(path: Path) -> Path:
    """Return the path next to a file at which its checksum is recorded."""
    return path.with_name(f"{path.name}.sha256")
