"""Checkpoints of an interrupted run: finding the one to resume from."""

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerState

from sru_ner.dataset.corpus import Corpus
from sru_ner.files import write_json
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.settings.sections import ExperimentSettings

logger = logging.getLogger(__name__)

_WITHOUT_INFLUENCE = {"max_tokens", "torch_compile"}
"""Settings that may change when a run is resumed: they do not change the result of a step."""


def run_identity(settings: ExperimentSettings, corpora: Mapping[str, Corpus]) -> dict[str, Any]:
    """Return the settings and data that must be the same to resume from a checkpoint."""
    return {
        "settings": settings.model_dump(mode="json", exclude=_WITHOUT_INFLUENCE),
        "data": {
            source: {
                name: digest
                for name, digest in corpus.digests().items()
                if not name.endswith("/test")
            }
            for source, corpus in corpora.items()
        },
        "excluded": excluded_documents(corpora.values()),
    }


def last_checkpoint(checkpoints: Path, identity: dict[str, Any]) -> Path | None:
    """Return the last complete checkpoint of a run of the same identity, if there is one.

    Incomplete checkpoints are removed; those of a run with another identity are put aside.
    """
    record = checkpoints / "identity.json"
    before = json.loads(record.read_text(encoding="utf-8")) if record.is_file() else None
    if before != identity:
        if before is not None:
            _put_aside(checkpoints, before, identity)
        shutil.rmtree(checkpoints, ignore_errors=True)
        write_json(record, identity)
    found = set(checkpoints.glob("checkpoint-*"))
    complete = {folder for folder in found if _is_complete(folder)}
    for folder in found - complete:
        shutil.rmtree(folder, ignore_errors=True)
    return max(complete, key=lambda folder: int(folder.name.rpartition("-")[2]), default=None)


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


def _is_complete(checkpoint: Path) -> bool:
    """Return whether the file that the Trainer writes last is valid, and the best one is there."""
    try:
        best = _trainer_state(checkpoint).best_model_checkpoint
    except (OSError, ValueError, TypeError):
        return False
    # Without the best one, the Trainer would keep the last weights with the best one's scores.
    return best is None or checkpoint.with_name(Path(best).name).is_dir()


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
