"""Finds and opens the MLflow store: in the project, unless MLFLOW_TRACKING_URI names another."""

import os
from pathlib import Path

import mlflow

from sru_ner.errors import InputError

URI_VARIABLE = "MLFLOW_TRACKING_URI"
_SQLITE = "sqlite:///"


def tracking_uri(root: Path) -> str:
    """Return the URI of a project's store: the variable's value, or that of `<root>/mlflow.db`."""
    return os.environ.get(URI_VARIABLE) or f"{_SQLITE}{Path(root).resolve() / 'mlflow.db'}"


def database_file(uri: str) -> Path | None:
    """Return the file behind the URI of a SQLite store, None for any other store."""
    return Path(uri.removeprefix(_SQLITE)).resolve() if uri.startswith(_SQLITE) else None


def find_root(start: Path) -> Path:
    """Return the nearest folder, from `start` upwards, with a project or a store.

    Returns `start` if there is none.
    """
    start = Path(start).resolve()
    folders = (start, *start.parents)
    marks = (".dvc/config", "mlflow.db")
    return next((f for f in folders if any((f / mark).is_file() for mark in marks)), start)


def open_store(root: Path) -> str:
    """Let MLflow use the store of a project, which has to exist; return its URI.

    Raises `InputError` if the store is a database file that does not exist.
    """
    uri = tracking_uri(root)
    database = database_file(uri)
    if database is not None and not database.is_file():
        raise InputError(
            "there is no MLflow store here",
            path=database,
            remedy=f"run `dvc repro` first, or set {URI_VARIABLE}",
        )
    _use_store(uri)
    return uri


def open_experiment(root: Path, name: str) -> str:
    """Let MLflow use the store of a project; return the id of an experiment, made if need be.

    The artifacts of a SQLite store are in `mlartifacts` next to the database. By default MLflow
    would put them below the current folder. A server chooses the place on its own.
    """
    uri = tracking_uri(root)
    _use_store(uri)
    found = mlflow.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    database = database_file(uri)
    place = None if database is None else (database.parent / "mlartifacts").as_uri()
    return str(mlflow.create_experiment(name, artifact_location=place))


def _use_store(uri: str) -> None:
    given = os.environ.get(URI_VARIABLE)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    if given is None:
        # MLflow writes the variable, and the next project would take it for the user's.
        os.environ.pop(URI_VARIABLE, None)
