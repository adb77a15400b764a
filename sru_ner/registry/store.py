"""Where runs and models are kept: in the project, unless MLFLOW_TRACKING_URI says otherwise."""

import os
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import mlflow

from sru_ner.errors import InputError

URI_VARIABLE = "MLFLOW_TRACKING_URI"
_SQLITE = "sqlite:///"


def tracking_uri(root: Path) -> str:
    """Address of the store that a project uses: the variable's value, or `<root>/mlflow.db`."""
    return os.environ.get(URI_VARIABLE) or f"{_SQLITE}{Path(root).resolve() / 'mlflow.db'}"


def database_file(uri: str) -> Path | None:
    """File behind a SQLite address, None for any other address."""
    return Path(uri.removeprefix(_SQLITE)).resolve() if uri.startswith(_SQLITE) else None


def find_root(start: Path) -> Path:
    """Nearest folder from `start` upwards that holds a project or its store, else `start`."""
    start = Path(start).resolve()
    folders = (start, *start.parents)
    marks = ("dvc.yaml", "mlflow.db")
    return next((f for f in folders if any((f / mark).is_file() for mark in marks)), start)


def public_address(uri: str) -> str:
    """An address without the name and password it may carry."""
    parts = urlsplit(uri)
    if "@" not in parts.netloc:
        return uri
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def open_store(root: Path) -> str:
    """Point MLflow at the project's store, which has to exist, and return its address.

    Raises `InputError` where the store is a database file that is not there.
    """
    uri = tracking_uri(root)
    database = database_file(uri)
    if database is not None and not database.is_file():
        raise InputError(
            "there is no MLflow store here",
            path=database,
            remedy=f"run `dvc repro register` first, or set {URI_VARIABLE}",
        )
    _point_at(uri)
    return uri


def open_experiment(root: Path, name: str) -> str:
    """Point MLflow at the project's store and return the id of an experiment, made if need be.

    The artifacts of a SQLite store lie in `mlartifacts` beside the database: without an explicit
    place MLflow would put them below the current folder. A server chooses the place itself.
    """
    uri = tracking_uri(root)
    _point_at(uri)
    found = mlflow.get_experiment_by_name(name)
    if found is not None:
        return str(found.experiment_id)
    database = database_file(uri)
    place = None if database is None else (database.parent / "mlartifacts").as_uri()
    return str(mlflow.create_experiment(name, artifact_location=place))


def _point_at(uri: str) -> None:
    given = os.environ.get(URI_VARIABLE)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    if given is None:
        # MLflow writes the variable, and the next project would take it for the user's.
        os.environ.pop(URI_VARIABLE, None)
