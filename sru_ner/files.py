"""Reading settings with clear errors; writing whole files or none at all."""

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
    """Yield a path beside `target` that takes its place when the block ends well.

    The path does not exist yet: make it a file or a folder. An existing file or folder at
    `target` is replaced. When the block raises, `target` stays as it was.
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
    """Read a YAML file of plain values.

    Raises `InputError` for a file that cannot be read, with `remedy` as what to do about it, and
    for a mistake in it, with its line.
    """
    try:
        return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        problem = f"cannot be read ({error.strerror})"
        raise InputError(problem, path=path, remedy=remedy) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise InputError(
            f"not valid YAML: {getattr(error, 'problem', error)}",
            path=path,
            line=mark.line + 1 if mark else None,
            remedy="mend the line",
        ) from None


def write_text(target: Path, text: str) -> None:
    """Write `text` as UTF-8 with `\\n` line ends, atomically."""
    with atomic_path(target) as fresh:
        fresh.write_text(text, encoding="utf-8", newline="\n")


def write_json(target: Path, value: Any) -> None:
    """Write `value` as indented UTF-8 JSON with a final newline, atomically."""
    write_text(target, json.dumps(value, indent=2, ensure_ascii=False) + "\n")
