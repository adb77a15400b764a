"""The client of a project's store, for the rooms above, which do not import MLflow."""

import os
from pathlib import Path

from mlflow import MlflowClient

from sru_ner.registry.store import find_root, open_store

Client = MlflowClient


def open_client(root: Path) -> Client:
    """Return a client of the store of the project around a folder; errors as in `open_store`."""
    # A review copies dozens of small files, and each would have a bar of its own.
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    open_store(find_root(root))
    return Client()
