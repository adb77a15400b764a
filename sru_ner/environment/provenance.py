"""Identifies what results come from: the revision of the code, and digests of files and values."""

import hashlib
import json
import subprocess
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.files import files_below

CODE = (
    *("sru_ner", "conf", "corpora", "data/dvc.yaml", "suites/stages.yaml"),
    *("pyproject.toml", "constraints.txt"),
)
"""Files and folders of a project that decide, with the settings, what a model becomes."""

UNKNOWN = "unknown"
"""Stands for a commit that nobody recorded."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Revision of the code in a git repository."""

    commit: str
    """Full hash of the commit, or `UNKNOWN`, such as outside a git repository."""
    dirty: bool
    """True if the code differs from the commit.

    What a run itself writes, such as reports and `dvc.lock`, does not count. Nor do the settings of
    a suite: a model has a record of its own.
    """


def git_revision(root: Path) -> Revision:
    """Return the revision of the project in the folder `root`, which a repository holds."""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    return Revision(commit or UNKNOWN, bool(changes))


def folder_digest(folder: Path, without: Collection[str] = ()) -> str:
    """Return the SHA-256 over names and contents of all files below a folder, or of one file.

    without: names of files that do not count.
    """
    folder = Path(folder)
    below = (path for path in files_below(folder) if path.name not in without)
    files = [folder] if folder.is_file() else below
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
