"""Reads YAML and JSON, naming the line of a mistake; writes files completely or not at all."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import yaml

from sru_ner.errors import InputError, first_line
from sru_ner.locks import LOCK, WORK, try_lock

MAX_REPEATED = 10_000
"""Largest number of values that all aliases of a YAML file stand for."""
_REPLACED, _TARGET, _NEW = "replaced", "target", "new"


@contextmanager
def atomic_path(target: Path) -> Iterator[Path]:
    """Yield a temporary path, and move what is there to `target` at the end.

    Nothing exists at the temporary path yet: the block makes a file or a folder there. Its content
    then replaces a file or folder at `target`. If the block raises, `target` does not change.

    The path is below `.sru-ner-work` in the working folder, so that the folder of a target never
    holds anything else; if the target is not below it or on another file system, next to the
    target. What a killed process left there is removed by the next call at the same place.
    """
    target = Path(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _workspace(_places(target.parent)) as workspace:
        fresh = workspace / _NEW / target.name
        yield fresh
        try:
            _put(fresh, target, workspace)
        except OSError as error:
            if error.errno != errno.EXDEV:
                raise
            # Two mounts of one file system look like one, but nothing can be moved between them.
            with _workspace([target.parent]) as near:
                _put(Path(shutil.move(fresh, near / _NEW / target.name)), target, near)


def remove_abandoned(place: Path) -> None:
    """Remove what killed processes left in a folder's `.sru-ner-work`.

    A folder that was being replaced when its process was killed gets its new content. What a
    running process makes stays.
    """
    for workspace in [*(place / WORK).glob("*")]:
        lock = try_lock(workspace / LOCK, required=True)
        if lock is None:
            continue
        with suppress(OSError):
            _finish(workspace)
            shutil.rmtree(workspace, ignore_errors=True)
        os.close(lock)
    with suppress(OSError):
        (place / WORK).rmdir()


def files_below(folder: Path) -> Iterator[Path]:
    """Yield the paths of all files in a folder and the folders in it, in no order.

    Links to folders are not followed. What another process removes meanwhile is left out, where
    `Path.rglob` raises `FileNotFoundError`.
    """
    for place, _, names in os.walk(folder):
        yield from (path for name in names if (path := Path(place, name)).is_file())


def _places(folder: Path) -> list[Path]:
    """Return the folders that may hold the workspace of a target in `folder`, the best first."""
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - links are kept
    working = Path.cwd()
    device = folder.stat().st_dev
    above = [*reversed([folder, *folder.parents])]
    return [
        each for each in above if each.is_relative_to(working) and each.stat().st_dev == device
    ] or [folder]


@contextmanager
def _workspace(places: Sequence[Path]) -> Iterator[Path]:
    for place in places:
        remove_abandoned(place)
        try:
            workspace, lock = _make_workspace(place)
        except PermissionError:
            if place == places[-1]:
                raise
        except OSError as error:
            if error.errno != errno.EROFS or place == places[-1]:
                raise
        else:
            break
    try:
        yield workspace
    finally:
        shutil.rmtree(workspace, ignore_errors=True)
        os.close(lock)
        with suppress(OSError):
            workspace.parent.rmdir()


def _make_workspace(place: Path) -> tuple[Path, int]:
    """Make a folder that no other process takes for abandoned; return it with its open lock."""
    while True:
        (place / WORK).mkdir(exist_ok=True)
        # Another process may remove an empty folder, and one that is not locked yet.
        with suppress(FileNotFoundError):
            workspace = Path(tempfile.mkdtemp(dir=place / WORK))
            lock = try_lock(workspace / LOCK)
            if lock is not None:
                (workspace / _NEW).mkdir()
                return workspace, lock


def _put(fresh: Path, target: Path, workspace: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        # A folder cannot be replaced in one step: move the old one aside first.
        (workspace / _TARGET).write_text(os.path.abspath(target), errors="surrogateescape")  # noqa: PTH100
        target.replace(workspace / _REPLACED)
    fresh.replace(target)


def _finish(workspace: Path) -> None:
    """Put a folder in its place if its process was killed between moving the old and the new."""
    if not (workspace / _REPLACED).exists():
        return
    target = Path((workspace / _TARGET).read_text(errors="surrogateescape"))
    if not os.path.lexists(target):
        fresh = workspace / _NEW / target.name
        (fresh if fresh.exists() else workspace / _REPLACED).replace(target)


def read_yaml(path: Path, *, remedy: str) -> Any:
    """Read a YAML file that holds plain values only.

    remedy: what to do if the file cannot be read, for the message. Raises `InputError` for a file
    that cannot be read, and for a mistake in the file as `parse_yaml` does.
    """
    return parse_yaml(read_text(path, remedy=remedy), path=path)


def parse_yaml(text: str, *, path: Path | str | None = None) -> Any:
    """Return the plain values of a text in YAML.

    path: the file or option that holds the text, for the message. Raises `InputError`, with the
    line if it is known, for a mistake, and for values that grow beyond all measure: aliases of
    aliases, or lists in lists without end.
    """
    try:
        return yaml.load(text, _PlainLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem, line = getattr(error, "problem", error), mark.line + 1 if mark else None
    except RecursionError:
        problem, line = "values are nested too deeply", None
    except ValueError as error:  # a date that does not exist, or a number that is too long
        problem, line = first_line(error), None
    raise InputError(
        f"this is not valid YAML: {problem}", path=path, line=line, remedy="correct the line"
    )


class _PlainLoader(yaml.SafeLoader):
    """Loader of plain values that limits what aliases stand for.

    An alias (`*name`) stands for a value that has been given a name. Aliases of values with aliases
    make a short file stand for any number of values.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._sizes: dict[int, int] = {}  # of a node that is complete, with all that is in it
        self._repeated = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()
        node: Any = super().compose_node(parent, index)
        if not isinstance(event, yaml.AliasEvent):
            pairs = isinstance(node, yaml.MappingNode)
            inner = [each for pair in node.value for each in pair] if pairs else node.value
            parts = inner if isinstance(node, yaml.CollectionNode) else ()
            self._sizes[id(node)] = 1 + sum(self._sizes.get(id(part), 0) for part in parts)
            return node
        self._repeated += self._sizes.get(id(node), MAX_REPEATED + 1)
        if self._repeated > MAX_REPEATED:
            mark: Any = event.start_mark
            problem = f"aliases stand for more than {MAX_REPEATED:,} values"
            raise yaml.constructor.ConstructorError(None, None, problem, mark)
        return node


def read_json(path: Path, *, remedy: str) -> Any:
    """Read a JSON file.

    remedy: what to do if the file cannot be read, for the message. Raises `InputError` for a file
    that cannot be read. Raises `InputError` with the line for a mistake in the file.
    """
    try:
        return json.loads(read_text(path, remedy=remedy))
    except json.JSONDecodeError as error:
        problem, line = error.msg, error.lineno
    except RecursionError:
        problem, line = "values are nested too deeply", None
    except ValueError as error:  # a number that is too long
        problem, line = first_line(error), None
    raise InputError(f"this is not valid JSON: {problem}", path=path, line=line, remedy=remedy)


def read_text(path: Path, *, remedy: str) -> str:
    """Read a text file in UTF-8, with its line ends as they are.

    remedy: what to do if the file cannot be read, for the message. Raises `InputError` for a file
    that cannot be read, and with the line for one that is not UTF-8.
    """
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
