"""The folder that a run of annotation writes into: who holds it, and what in it is the run's."""

import fcntl
import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sru_ner.annotation.plan import Shard
from sru_ner.errors import InputError
from sru_ner.files import write_json

RUN, MANIFEST, RECORDS = "_run.json", "_manifest.json", "_shards"
"""Names in the folder."""
_LOCK = "_lock"
_WORKSPACE = re.compile(r"\..+\.[a-z0-9_]{8}")


def make_folder(folder: Path) -> None:
    """Make the folder of a run, if need be.

    Raises `InputError` where none can be written into, or where one holds files of no run: nothing
    is put beside those.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / RUN).exists():
            _refuse_foreign_files(folder)
        (folder / _LOCK).touch()
    except OSError as error:
        raise InputError(
            f"cannot be written into as a folder ({error.strerror})",
            path=folder,
            remedy="name another folder as --output, or correct its rights",
        ) from None


@contextmanager
def open_run(
    folder: Path,
    identity: Mapping[str, Any],
    shards: Sequence[Shard],
    *,
    resume: bool = False,
    anew: bool = False,
) -> Iterator[None]:
    """Hold the folder for a run of these shards, alone, from its beginning or where it stood.

    resume: it goes on, without what it wrote of these inputs as other shards. anew: what an earlier
    run left is removed first. Raises `InputError` where the folder holds another run, or this one
    without being told to go on, or files of no run, or one is at work, or it cannot be written.
    """
    make_folder(folder)
    with _locked(folder):
        before = _read_run(folder)
        if before is not None and anew:
            _clear(folder)
        elif before is not None:
            _compare(folder, before, identity, resume=resume)
        _remove_unfinished(folder)
        _remove_outdated(folder, shards)
        write_json(folder / RUN, dict(identity))
        (folder / RECORDS).mkdir(exist_ok=True)
        yield


def _read_run(folder: Path) -> dict[str, Any] | None:
    try:
        return dict(json.loads((folder / RUN).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _compare(
    folder: Path, before: Mapping[str, Any], now: Mapping[str, Any], *, resume: bool
) -> None:
    others = sorted(key for key in {*before, *now} if before.get(key) != now.get(key))
    if others:
        said = "; ".join(f"{key} was {before.get(key)}, is {now.get(key)}" for key in others)
        raise InputError(
            f"holds a run with other settings: {said}",
            path=folder,
            remedy="take another folder, or --anew to remove what is there",
        )
    if not resume:
        raise InputError(
            "holds a run already",
            path=folder,
            remedy="--resume goes on with it, --anew removes what is there",
        )


def _refuse_foreign_files(folder: Path) -> None:
    def own(name: str) -> bool:  # of a run that begins just now, or was ended when it began
        begun = name.startswith(f".{RUN}.") and _WORKSPACE.fullmatch(name)
        return name in (_LOCK, RUN, RECORDS) or bool(begun)

    others = sorted(path.name for path in folder.iterdir() if not own(path.name))
    if others:
        raise InputError(
            f"holds files of no run ({', '.join(others[:3])})",
            path=folder,
            remedy="name a new or empty folder",
        )


def _remove_unfinished(folder: Path) -> None:
    """Remove what a killed run was writing: workspaces of `atomic_path`."""
    for path in (*folder.iterdir(), *folder.glob(f"{RECORDS}/*")):
        if _WORKSPACE.fullmatch(path.name) and path.is_dir():
            shutil.rmtree(path, ignore_errors=True)


def _remove_outdated(folder: Path, shards: Sequence[Shard]) -> None:
    """Remove what was written of these shards' inputs under names that are no longer theirs.

    An input is divided or named in another way once it has other row groups, or another input has
    its name. What was written of further inputs stays.
    """
    inputs = {shard.source.name for shard in shards}
    names = {shard.name for shard in shards}
    for path in (folder / RECORDS).glob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["input"] in inputs and record["shard"] not in names:
            _remove(folder / record["output"])
            path.unlink()


def _remove(output: Path) -> None:
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)


def _clear(folder: Path) -> None:
    """Remove what a run wrote, and nothing else; its settings are replaced."""
    for path in (folder / RECORDS).glob("*.json"):
        _remove(folder / json.loads(path.read_text(encoding="utf-8"))["output"])
    shutil.rmtree(folder / RECORDS, ignore_errors=True)
    (folder / MANIFEST).unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / _LOCK).open("w") as lock:
        try:
            # The kernel takes it back from a process that is killed.
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(
                "another run is writing into this folder",
                path=folder,
                remedy="wait for it, or end it",
            ) from None
        except OSError as error:
            raise InputError(
                f"cannot be locked ({error.strerror})",
                path=folder,
                remedy="name a folder on a file system that locks files, such as a local disk",
            ) from None
        yield
