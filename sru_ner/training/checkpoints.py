"""Checkpoints of an interrupted run: finding the one to resume from.

`digests.json` is written last into a checkpoint and holds the SHA-256 of its files. A checkpoint
without it was not finished. One whose files differ from it was damaged later.
"""

import hashlib
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerState

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import SruNerError
from sru_ner.files import read_json, write_json
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.settings.sections import WITHOUT_INFLUENCE, ExperimentSettings
from sru_ner.training.start import StartingModel, weights_digest

logger = logging.getLogger(__name__)

_DIGESTS = "digests.json"
_DAMAGED = "damaged"


def run_identity(
    settings: ExperimentSettings,
    corpora: Mapping[str, Corpus],
    start: StartingModel | None = None,
    teacher: StartingModel | None = None,
) -> dict[str, Any]:
    """Return the settings, data and other models that must be the same to resume a training."""
    return {
        "settings": settings.model_dump(mode="json", exclude=WITHOUT_INFLUENCE),
        "data": {
            source: {
                name: digest
                for name, digest in corpus.digests().items()
                if not name.endswith("/test")
            }
            for source, corpus in corpora.items()
        },
        "excluded": excluded_documents(corpora.values()),
        "start": {"weights": weights_digest(start.network)} if start else {},
        "teacher": {"weights": weights_digest(teacher.network)} if teacher else {},
    }


def last_checkpoint(checkpoints: Path, identity: dict[str, Any]) -> Path | None:
    """Return the last intact checkpoint of a run of the same identity, if there is one.

    Checkpoints that were not finished are removed. Those of a run with another identity, and those
    that are damaged or need a damaged one, are put aside with a warning.
    """
    record = checkpoints / "identity.json"
    before = _read_identity(record)
    if before != identity:
        if before is not None:
            _put_aside(checkpoints, before, identity)
        shutil.rmtree(checkpoints, ignore_errors=True)
        write_json(record, identity)
    intact: list[Path] = []
    for folder in sorted(checkpoints.glob("checkpoint-*"), key=_step):
        if not (folder / _DIGESTS).is_file():
            shutil.rmtree(folder, ignore_errors=True)
        elif changed := _changed_file(folder):
            _put_aside_damaged(folder, f"its file {changed} is damaged")
        else:
            intact.append(folder)
    for folder in reversed(intact):
        # Without the best one, the Trainer would keep the last weights with the best one's scores.
        best = _trainer_state(folder).best_model_checkpoint
        if best is None or folder.with_name(Path(best).name) in intact:
            return folder
        _put_aside_damaged(folder, f"it needs {Path(best).name}, the best one, which is not intact")
    return None


def write_digests(checkpoint: Path) -> None:
    """Write the digests of the files of a checkpoint, which is complete then."""
    files = sorted(path for path in checkpoint.rglob("*") if path.is_file())
    write_json(
        checkpoint / _DIGESTS,
        {path.relative_to(checkpoint).as_posix(): _sha256(path) for path in files},
    )


def _step(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _changed_file(checkpoint: Path) -> str | None:
    """Return the name of a file that is not as its digest says; None if all are."""
    try:
        digests = dict(read_json(checkpoint / _DIGESTS, remedy=""))
    except (SruNerError, TypeError, ValueError):
        return _DIGESTS
    for name, digest in digests.items():
        try:
            if _sha256(checkpoint / name) != digest:
                return name
        except OSError:
            return name
    return None


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _put_aside_damaged(checkpoint: Path, problem: str) -> None:
    aside = checkpoint.parent / _DAMAGED / checkpoint.name
    shutil.rmtree(aside, ignore_errors=True)
    aside.parent.mkdir(exist_ok=True)
    checkpoint.rename(aside)
    logger.warning(
        "The checkpoint %s cannot be used: %s. It was moved to %s, and training goes on after the"
        " one before.",
        checkpoint, problem, aside,
    )  # fmt: skip


def _read_identity(record: Path) -> dict[str, Any] | None:
    """Return the identity of the run that made the checkpoints; None if there was no run."""
    if not record.is_file():
        return None
    try:
        return dict(read_json(record, remedy=""))
    except (SruNerError, TypeError, ValueError):
        return {}  # damaged: the identity of no run


def _put_aside(
    checkpoints: Path, before: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]
) -> None:
    """Move the checkpoints of an interrupted run away, in place of those moved before."""
    if not any(checkpoints.glob("checkpoint-*")):
        return
    aside = checkpoints.with_name(f"{checkpoints.name}.earlier")
    shutil.rmtree(aside, ignore_errors=True)
    checkpoints.rename(aside)
    changed = sorted(
        f"{part}.{key}"
        for part in {*before, *now}
        for key in {*before.get(part, {}), *now.get(part, {})}
        if before.get(part, {}).get(key) != now.get(part, {}).get(key)
    )
    logger.warning(
        "The checkpoints in %s are of a run with other values of %s."
        " They were moved to %s, and training starts from the beginning.",
        checkpoints, ", ".join(changed), aside,
    )  # fmt: skip


def _trainer_state(checkpoint: Path) -> Any:
    """Load the `TrainerState`; `Any`, because its annotations do not fit what is in a file."""
    return TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))


def stopped_epoch(checkpoint: Path) -> float | None:
    """Return the epoch after which the run was stopped early, or None if it was not.

    The Trainer does not check this when it resumes: it would train another epoch first.
    """
    state = _trainer_state(checkpoint)
    control = state.stateful_callbacks.get("TrainerControl", {}).get("args", {})
    return state.epoch if control.get("should_training_stop") else None
