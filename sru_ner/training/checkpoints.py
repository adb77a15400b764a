"""Checkpoints of an interrupted training: which of them it goes on from."""

import json
import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from transformers import (
    TrainerState,
)

from sru_ner.dataset.corpus import Corpus
from sru_ner.files import write_json
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.settings import ExperimentSettings

logger = logging.getLogger(__name__)

_INDIFFERENT_SETTINGS = {"max_tokens", "torch_compile"}
"""They change how a step is computed and not what comes of it: a run goes on with others."""


def identity_of(settings: ExperimentSettings, corpora: Mapping[str, Corpus]) -> dict[str, Any]:
    """What must be the same for a run to go on from a checkpoint."""
    return {
        "settings": settings.model_dump(mode="json", exclude=_INDIFFERENT_SETTINGS),
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


def resumable(checkpoints: Path, identity: dict[str, Any]) -> Path | None:
    """The last whole checkpoint of a run of the same identity; those of another are put aside."""
    stamp = checkpoints / "identity.json"
    before = json.loads(stamp.read_text(encoding="utf-8")) if stamp.is_file() else None
    if before is not None and before != identity:
        _put_aside(checkpoints, before, identity)
    if before != identity:
        shutil.rmtree(checkpoints, ignore_errors=True)
        write_json(stamp, identity)
    found = set(checkpoints.glob("checkpoint-*"))
    whole = {folder for folder in found if _is_whole(folder)}
    for folder in found - whole:
        shutil.rmtree(folder, ignore_errors=True)
    return max(whole, key=lambda folder: int(folder.name.rpartition("-")[2]), default=None)


def _put_aside(
    checkpoints: Path, before: Mapping[str, Mapping[str, Any]], now: Mapping[str, Mapping[str, Any]]
) -> None:
    """Keep the checkpoints of an interrupted run until the next one is put aside."""
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
        "the checkpoints are of a run with other %s: this one starts anew, and they are kept in %s",
        ", ".join(changed), aside,
    )  # fmt: skip


def _is_whole(checkpoint: Path) -> bool:
    """Whether what the Trainer writes last is there and not cut short, and the best one, too."""
    try:
        best = _state_of(checkpoint).best_model_checkpoint
    except (OSError, ValueError, TypeError):
        return False
    # Without it the Trainer would keep the last weights, with the scores of the best.
    return best is None or checkpoint.with_name(Path(best).name).is_dir()


def _state_of(checkpoint: Path) -> Any:
    """Its `TrainerState`, whose annotations do not say what is in a file."""
    return TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))


def last_epoch(checkpoint: Path) -> float | None:
    """The epoch after which patience had ended the run that wrote a checkpoint; None if not yet.

    The Trainer would learn from another one before it asks again.
    """
    state = _state_of(checkpoint)
    control = state.stateful_callbacks.get("TrainerControl", {}).get("args", {})
    return state.epoch if control.get("should_training_stop") else None
