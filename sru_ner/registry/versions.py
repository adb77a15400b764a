"""Finds, adds and resolves the versions of registered models."""

from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from sru_ner.errors import InputError, first_line
from sru_ner.registry.artifacts import hugging_face_folder
from sru_ner.registry.store import find_root, open_store

CANDIDATE = "candidate"
"""Alias of the version that the last pipeline run proposes."""
DIGEST_TAG = "model_digest"
"""Tag of a version: SHA-256 over the files of its model."""
MODEL_ID_TAG = "logged_model_id"
"""Tag of a version: MLflow's id of the logged model that it was made from."""


def find_version(client: MlflowClient, name: str, digest: str) -> ModelVersion | None:
    """Return the newest version of the model `name` with this digest; None if there is none.

    A version whose files are gone does not count.
    """
    condition = f"name = '{name}' AND tags.{DIGEST_TAG} = '{digest}'"
    found = client.search_model_versions(condition, order_by=["version_number DESC"])
    return next(
        (version for version in found if has_files(f"models:/{name}/{version.version}")), None
    )


def has_files(uri: str) -> bool:
    """Whether the files of a version or of a logged model are where the store says.

    uri: `models:/name/version` or `models:/<id of the logged model>`.
    """
    try:
        return bool(mlflow.artifacts.list_artifacts(uri))
    except (MlflowException, OSError):
        return False


def add_version(
    client: MlflowClient, name: str, model_id: str, *, tags: dict[str, str], description: str
) -> ModelVersion:
    """Register a logged model as the next version of the model `name`."""
    version = mlflow.register_model(f"models:/{model_id}", name, tags=tags)
    return client.update_model_version(name, version.version, description)


def resolve(uri: str, root: Path | None = None) -> Path:
    """Return the folder, in Hugging Face form, of a registered model.

    uri: `models:/name@alias` or `models:/name/version`. root: folder inside the project whose store
    is used; None means the current folder. MLFLOW_TRACKING_URI overrides it. The files of a remote
    store are downloaded. Raises `InputError` if there is no such store or model.
    """
    store = open_store(find_root(root or Path.cwd()))
    try:
        logged = mlflow.artifacts.download_artifacts(uri)
    except (MlflowException, OSError) as error:
        known = sorted(m.name for m in MlflowClient().search_registered_models())
        raise InputError(
            f"{uri} is not available in {store}: {first_line(error)}",
            remedy=(
                f"name one of the registered models: {', '.join(known)}"
                if known
                else "register a model with `dvc repro`; see `sru-ner doctor`"
            ),
        ) from None
    return hugging_face_folder(Path(logged))
