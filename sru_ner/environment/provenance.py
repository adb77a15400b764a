"""Identifies what results come from: the revision of the code, and digests of files and values."""

import hashlib
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.errors import InputError
from sru_ner.files import parse_yaml

CODE = ("sru_ner", "conf", "corpora", "dvc.yaml", "pyproject.toml", "constraints.txt")
"""Files and folders of a project that decide, with the settings, what a model becomes."""
_SETTINGS = ("corpora", "harmonize", "train", "experiments")
"""Sections of `params.yaml` that do."""


@dataclass(frozen=True, slots=True)
class Revision:
    """Revision of the code in a git repository."""

    commit: str
    """Full hash of the commit, or `unknown` outside a git repository."""
    dirty: bool
    """True if code or settings that made a model differ from the commit.

    What a run itself writes, such as reports and `dvc.lock`, does not count.
    """


def git_revision(root: Path) -> Revision:
    """Return the revision of the project in the folder `root`, which a repository holds."""
    commit = _git(root, "rev-parse", "--verify", "HEAD")
    changes = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    return Revision(commit or "unknown", bool(changes) or _other_settings(root))


def _other_settings(root: Path) -> bool:
    """Whether `params.yaml` has other settings of a model than the commit has for its suite."""
    committed, now = _git(root, "show", "HEAD:./params.yaml"), Path(root, "params.yaml")
    if not committed or not now.is_file():
        return False
    try:
        before, after = parse_yaml(committed), parse_yaml(now.read_text(encoding="utf-8"))
    except (InputError, UnicodeDecodeError):
        return True
    if not isinstance(before, dict) or not isinstance(after, dict):
        return True
    # A suite that the commit does not have in this file was composed from conf/.
    same_suite = before.get("suite") == after.get("suite")
    return same_suite and any(before.get(name) != after.get(name) for name in _SETTINGS)


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
