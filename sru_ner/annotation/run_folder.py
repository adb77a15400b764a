"""Holds the folder that an annotation run writes into, and removes what the run left unfinished."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from sru_ner.annotation.plan import Shard
from sru_ner.errors import InputError
from sru_ner.files import remove_abandoned, write_json
from sru_ner.locks import WORK, hold

RUN, MANIFEST, RECORDS = "_run.json", "_manifest.json", "_shards"
"""Names in the folder of a run: its settings, its manifest and the folder of its records."""


def make_folder(folder: Path) -> None:
    """Make the folder of a run, if it does not exist.

    Raises `InputError` if it cannot be written into, and if it holds files but no run: a run does
    not write into a folder with other files.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / RUN).exists():
            _refuse_foreign_files(folder)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError(
            f"this cannot be written into as a folder ({error.strerror})",
            path=folder,
            remedy="name another folder as --output, or correct its permissions",
        ) from None


@contextmanager
def open_run(
    folder: Path,
    settings: Mapping[str, Any],
    shards: Sequence[Shard],
    *,
    resume: bool = False,
    anew: bool = False,
) -> Iterator[None]:
    """Begin or resume a run in a folder, and lock the folder until the block ends.

    settings: what all shards in the folder must have in common. shards: the shards that this run
    annotates. resume: go on with the run in the folder; outputs of the same inputs under other
    names are removed. anew: first remove the outputs of the run in the folder.

    Raises `InputError` if the folder holds a run with other settings, a run and neither option is
    given, or other files; if another run is writing into it; and if it cannot be written.
    """
    make_folder(folder)
    with hold(folder, "run", doing=f"is annotating into {folder}", required=True):
        before = _read_run(folder)
        if before is not None and anew:
            _clear(folder)
        elif before is not None:
            _compare(folder, before, settings, resume=resume)
        _remove_unfinished(folder)
        _remove_outdated(folder, shards)
        write_json(folder / RUN, dict(settings))
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
        changes = "; ".join(f"{key} was {before.get(key)}, is {now.get(key)}" for key in others)
        raise InputError(
            f"the folder holds a run with other settings: {changes}",
            path=folder,
            remedy="name another folder, or add --anew to remove the results in this one",
        )
    if not resume:
        raise InputError(
            "the folder holds a run already",
            path=folder,
            remedy="add --resume to go on with it, or --anew to remove its results",
        )


def _refuse_foreign_files(folder: Path) -> None:
    def own(name: str) -> bool:
        # A run that has just begun, or was killed when it began, has no settings yet.
        return name in (RUN, RECORDS, WORK)

    others = sorted(path.name for path in folder.iterdir() if not own(path.name))
    if others:
        raise InputError(
            f"the folder holds files that are not of a run ({', '.join(others[:3])})",
            path=folder,
            remedy="name a new or empty folder",
        )


def _remove_unfinished(folder: Path) -> None:
    """Remove what a killed run was writing in the folder and those below."""
    for place, folders, _ in os.walk(folder):
        if WORK in folders:
            remove_abandoned(Path(place))


def _remove_outdated(folder: Path, shards: Sequence[Shard]) -> None:
    """Remove outputs of these shards' inputs whose names are no longer those of a shard.

    The shards of an input get other names if its row groups change, or if another input has its
    name. Outputs of other inputs stay.
    """
    inputs = {shard.source.name for shard in shards}
    names = {shard.name for shard in shards}
    for path in (folder / RECORDS).rglob("*.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["input"] in inputs and record["shard"] not in names:
            _remove_output(folder, record)
            path.unlink()


def _remove_output(folder: Path, record: Mapping[str, Any]) -> None:
    output = _inside(folder, record["output"])
    if record["text"]:
        _inside(folder, record["text"]).unlink(missing_ok=True)
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)


def _inside(folder: Path, name: str) -> Path:
    """Return the path of an output; raise `InputError` for a name that leads out of the folder."""
    path = folder / name
    if folder.resolve() not in path.resolve().parents:
        raise InputError(
            f"the records in this folder name {name[:200]!r}, which is not in it",
            path=folder,
            remedy="do not trust this folder: name another one",
        )
    return path


def _clear(folder: Path) -> None:
    """Remove the outputs, records and manifest of a run, and nothing else."""
    for path in (folder / RECORDS).rglob("*.json"):
        _remove_output(folder, json.loads(path.read_text(encoding="utf-8")))
    shutil.rmtree(folder / RECORDS, ignore_errors=True)
    (folder / MANIFEST).unlink(missing_ok=True)
