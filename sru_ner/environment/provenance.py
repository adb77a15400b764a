"""Identifies what results come from: the revision of the code, and digests of files and values."""

import hashlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Revision:
    """Revision of the code in a git repository."""

    commit: str
    """Full hash of the commit, or `unknown` outside a git repository."""
    dirty: bool
    """True if tracked files differ from the commit."""


def git_revision(root: Path) -> Revision:
    """Return the revision of the repository that holds `root`."""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no")
    return Revision(commit or "unknown", bool(changes))


def folder_digest(folder: Path) -> str:
    """Return the SHA-256 over names and contents of all files below a folder, or of one file."""
    folder = Path(folder)
    files = [folder] if folder.is_file() else (p for p in folder.rglob("*") if p.is_file())
    return files_digest(folder, files)


def files_digest(folder: Path, files: Iterable[Path]) -> str:
    """Return the SHA-256 over contents and names below `folder` of files in any order."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(folder).as_posix()}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's content."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def json_digest(value: Any) -> str:
    """Return the SHA-256 of a JSON value; the order of its keys does not matter."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def _git(root: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
