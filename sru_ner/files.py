"""Reads YAML and JSON, naming the line of a mistake; writes files completely or not at all."""

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from sru_ner.errors import InputError


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path in the folder of `target`, and move it to `target` at the end.

    Nothing exists at the temporary path yet: the block makes a file or a folder there. Its content
    then replaces a file or folder at `target`. If the block raises, `target` does not change.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    workspace = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        fresh = workspace / target.name
        yield fresh
        if target.is_dir() and not target.is_symlink():
            # A folder cannot be replaced in one step: move the old one aside first.
            target.replace(workspace / "replaced")
        fresh.replace(target)
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def read_yaml(path: Path, *, remedy: str) -> Any:
    """Read a YAML file that holds plain values only.

    remedy: what to do if the file cannot be read, for the message. Raises `InputError` for a file
    that cannot be read. Raises `InputError` with the line for a mistake in the file.
    """
    try:
        return yaml.safe_load(_read_text(path, remedy))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            f"this is not valid YAML: {getattr(error, 'problem', error)}",
            path=path,
            line=mark.line + 1 if mark else None,
            remedy="correct the line",
        ) from None


def read_json(path: Path, *, remedy: str) -> Any:
    """Read a JSON file.

    remedy: what to do if the file cannot be read, for the message. Raises `InputError` for a file
    that cannot be read. Raises `InputError` with the line for a mistake in the file.
    """
    try:
        return json.loads(_read_text(path, remedy))
    except json.JSONDecodeError as error:
        raise InputError(
            f"this is not valid JSON: {error.msg}", path=path, line=error.lineno, remedy=remedy
        ) from None


def _read_text(path: Path, remedy: str) -> str:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise unreadable(path, error, remedy=remedy) from None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"the file is not UTF-8 (byte 0x{content[error.start]:02x})",
            path=path,
            line=content.count(b"\n", 0, error.start) + 1,
            remedy="convert the file to UTF-8",
        ) from None


def unreadable(path: Path, error: OSError, *, remedy: str) -> InputError:
    """Make the error for a file that the system does not let us read, with the system's reason."""
    return InputError(f"the file cannot be read ({error.strerror})", path=path, remedy=remedy)


def write_text(target: Path, text: str) -> None:
    """Write `text` as UTF-8 with `\\n` line ends, atomically."""
    with atomic_path(target) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def write_json(target: Path, value: Any) -> None:
    """Write `value` as indented UTF-8 JSON with a final newline, atomically."""
    write_text(target, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
