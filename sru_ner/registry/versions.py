"""The model registry: versions by the digest of their files, and names that point at them."""

from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from sru_ner.errors import InputError
from sru_ner.registry.artifacts import hugging_face_folder
from sru_ner.registry.store import find_root, open_store, public_address

CANDIDATE = "candidate"
DIGEST_TAG = "model_digest"
MODEL_ID_TAG = "logged_model_id"


def find_version(client: MlflowClient, name: str, digest: str) -> ModelVersion | None:
    """The newest version of a registered model that holds files of this digest."""
    condition = f"name = '{name}' AND tags.{DIGEST_TAG} = '{digest}'"
    found = client.search_model_versions(condition, order_by=["version_number DESC"])
    return next(iter(found), None)


def add_version(name: str, model_id: str, tags: dict[str, str]) -> ModelVersion:
    """Register a logged model as the next version of `name`."""
    return mlflow.register_model(f"models:/{model_id}", name, tags=tags)


def resolve(uri: str, root: Path | None = None) -> Path:
    """Folder in Hugging Face form behind `models:/name@alias` or `models:/name/version`.

    The store is that of the project around `root` (default: the current folder), or what
    MLFLOW_TRACKING_URI says; files of a remote store are downloaded. Raises `InputError` where
    there is no such store or model.
    """
    store = open_store(find_root(root or Path.cwd()))
    try:
        logged = mlflow.artifacts.download_artifacts(uri)
    except (MlflowException, OSError) as error:
        known = sorted(m.name for m in MlflowClient().search_registered_models())
        raise InputError(
            f"{uri} cannot be had from {public_address(store)}: {_first_line(error)}",
            remedy=f"registered models: {', '.join(known) or 'none'}; see `sru-ner doctor`",
        ) from None
    return hugging_face_folder(Path(logged))


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
