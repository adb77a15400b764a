"""What a user may name a trained model by."""

import json
from pathlib import Path
from typing import Any

from sru_ner.errors import InputError
from sru_ner.extras import not_installed

REGISTRY = "models:/"


def resolve_model(model: Path | str) -> Path | str:
    """The folder behind `models:/name@alias`; a folder or hub id is given back as it is.

    Raises `InputError` for a registry or model that is not there.
    """
    if not str(model).startswith(REGISTRY):
        return model
    # Only users of a registry need MLflow.
    try:
        from sru_ner.tracking.registry import resolve  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    return resolve(str(model))


def training_facts(folder: Path) -> dict[str, Any]:
    """What training wrote beside a model; empty for a model that has none of it."""
    path = Path(folder, "training.json")
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise InputError(f"not JSON: {error}", path=path, remedy="train the model again") from None


def experiment_of(model: Path | str) -> str | None:
    """The experiment that a model in a folder came from, if the folder says so."""
    return training_facts(Path(model)).get("experiment")
