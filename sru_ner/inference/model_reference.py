"""What a user may name a trained model by."""

import json
from pathlib import Path
from typing import Any

from sru_ner.environment.extras import not_installed
from sru_ner.environment.offline import OFFLINE, is_offline
from sru_ner.errors import InputError

REGISTRY = "models:/"
MODEL_FILES = ("*.json", "*.safetensors", "*.onnx", "*.txt", "*.model")
"""What makes a model: settings, what training wrote, weights, the tokenizer's words."""


def resolve_model(model: Path | str) -> Path | str:
    """The folder behind `models:/name@alias`; a folder or hub id is given back as it is.

    Raises `InputError` for a registry or model that is not there.
    """
    if not str(model).startswith(REGISTRY):
        return model
    # Only users of a registry need MLflow.
    try:
        from sru_ner.registry.versions import resolve  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    return resolve(str(model))


def model_folder(model: Path | str) -> Path:
    """The folder itself; of a hub id, the one in the cache, completed from the hub.

    With `SRU_NER_OFFLINE=1` the hub is not asked. Raises `InputError` where there is no such
    model.
    """
    path = Path(model)
    if path.is_dir():
        return path
    if path.exists() or path.is_absolute() or len(path.parts) > 2:  # no hub id
        raise InputError("no such model folder", path=path, remedy="see `ls models/*`")
    # Only users of the hub need it.
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import (  # noqa: PLC0415
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        found = snapshot_download(
            str(model),
            allow_patterns=list(MODEL_FILES),
            ignore_patterns="*/*",
            local_files_only=is_offline(),
        )
    except (OSError, ValueError) as error:
        if isinstance(error, RepositoryNotFoundError):
            why = "it is neither a folder here nor a model of the hub that you may read"
        elif isinstance(error, LocalEntryNotFoundError):
            why = f"there is no such folder, and the hub {_why_not_asked()}"
        else:
            why = str(error).strip().splitlines()[0]
        raise InputError(
            f"cannot load the model: {why}",
            path=path,
            remedy="name a folder written by `sru-ner train`, models:/name@alias or a hub id",
        ) from error
    return Path(found)


def _why_not_asked() -> str:
    return f"may not be asked ({OFFLINE}=1)" if is_offline() else "cannot be reached"


def training_facts(folder: Path) -> dict[str, Any]:
    """What training wrote beside a model; empty for a model that has none of it."""
    path = folder / "training.json"
    if not path.is_file():
        return {}
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise InputError(f"not JSON: {error}", path=path, remedy="train the model again") from None


def experiment_of(folder: Path) -> str | None:
    """The experiment that a model came from, if what training wrote says so."""
    return training_facts(folder).get("experiment")
