"""Finds the folder of the model that a model reference names.

A model reference is a model folder, `models:/name@alias` of the registry, the name of an installed
or released model, or a hub id. Where none is given, the default model is meant.
"""

from pathlib import Path
from typing import Any

from sru_ner.environment.extras import not_installed
from sru_ner.environment.offline import OFFLINE, is_offline
from sru_ner.environment.provenance import files_digest
from sru_ner.errors import InputError, first_line
from sru_ner.files import read_json
from sru_ner.inference.default_model import default_model, model_at_hand
from sru_ner.inference.model_files import MODEL_FILES, files_of_model
from sru_ner.model.run_record import with_run
from sru_ner.model.weights import DIGEST_ENDING

REGISTRY = "models:/"
"""Beginning of a reference to a registered model."""


def resolve_model(model: Path | str | None) -> Path | str:
    """Return the folder of a registered, installed or released model, or of the default model.

    A folder that exists and a hub id are returned unchanged. model: None means the default model.
    Raises `InputError` if there is no such registry or model, or no default model.
    """
    if model is None:
        model = default_model()
    if not str(model).startswith(REGISTRY):
        return model if Path(model).is_dir() else model_at_hand(str(model)) or model
    # Only users of a registry need MLflow.
    try:
        from sru_ner.registry.versions import resolve  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    return resolve(str(model))


def model_folder(model: Path | str) -> Path:
    """Return a folder unchanged; for a hub id, return its folder in the cache.

    Missing files are downloaded from the hub, unless `SRU_NER_OFFLINE` is 1. Raises `InputError` if
    there is no such model.
    """
    path = Path(model)
    if path.is_dir():
        return path
    if path.exists() or path.is_absolute() or len(path.parts) > 2:  # not a hub id
        raise InputError(
            "there is no such model folder", path=path, remedy="look for one with `ls models/*`"
        )
    # Only users of the hub need it.
    from huggingface_hub import snapshot_download  # noqa: PLC0415
    from huggingface_hub.errors import (  # noqa: PLC0415
        LocalEntryNotFoundError,
        RepositoryNotFoundError,
    )

    try:
        found = snapshot_download(
            str(model),
            allow_patterns=[*MODEL_FILES, f"*{DIGEST_ENDING}"],
            ignore_patterns="*/*",
            local_files_only=is_offline(),
        )
    except (OSError, ValueError) as error:
        if isinstance(error, RepositoryNotFoundError):
            why = "it is neither a folder here nor a model of the hub that you may read"
        elif isinstance(error, LocalEntryNotFoundError):
            why = f"there is no such folder, and the hub {_why_not_asked()}"
        else:
            why = first_line(error)
        raise InputError(
            f"the model cannot be loaded: {why}",
            path=path,
            remedy="name a folder written by `sru-ner train`, models:/name@alias, an installed"
            " model package or a hub id",
        ) from error
    return Path(found)


def _why_not_asked() -> str:
    return f"may not be asked ({OFFLINE}=1)" if is_offline() else "cannot be reached"


def model_digest(model: Path | str) -> str:
    """Return the SHA-256 over the files that make a model.

    model: folder or hub id. Other files, such as a README, do not change the digest.
    """
    folder = model_folder(model)
    return files_digest(folder, files_of_model(folder))


def training_facts(folder: Path) -> dict[str, Any]:
    """Read the training.json of a model folder; return nothing for a folder without one.

    The commit and the times are added, if the folder has the record of the run. Raises `InputError`
    for a file that is not JSON.
    """
    path = folder / "training.json"
    if not path.is_file():
        return {}
    return with_run(read_json(path, remedy="train the model again"), folder)


def experiment_of(folder: Path) -> str | None:
    """Return the name of the experiment that trained a model, if its training.json has it."""
    return training_facts(folder).get("experiment")
