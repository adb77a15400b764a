"""Finds and opens the MLflow store: in the project, unless MLFLOW_TRACKING_URI names another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
from mlflow.exceptions import MlflowException

from sru_ner.environment.checks import check_server
from sru_ner.errors import InputError, SruNerError, first_line, without_secrets
from sru_ner.locks import hold
from sru_ner.registry.creation import make_tables
from sru_ner.registry.database import artifact_root, check_unlocked, relocate

URI_VARIABLE = "MLFLOW_TRACKING_URI"
_REGISTRY_VARIABLE = "MLFLOW_REGISTRY_URI"
KIND = {"mlflow.experimentKind": "custom_model_development"}
"""Tag that lets MLflow's pages show an experiment as trainings, not as traces of an application."""
_SQLITE = "sqlite:///"
_PATIENCE = 60.0  # seconds in which another process makes the store


def tracking_uri(root: Path) -> str:
    """Return the URI of a project's store: the variable's value, or that of `<root>/mlflow.db`.

    `dvc exp run --temp` and `--queue` run in a copy of the project in `.dvc/tmp/exps`, which DVC
    removes. The store is that of the project itself.
    """
    given = os.environ.get(URI_VARIABLE)
    return given or f"{_SQLITE}{_lasting(Path(root).resolve()) / 'mlflow.db'}"


def _lasting(root: Path) -> Path:
    return next((each.parents[2] for each in root.parents if each.match(".dvc/tmp/exps")), root)


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

    Raises `InputError` if the store is a database file that does not exist or is locked, or a
    server that does not answer.
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


def open_experiment(root: Path, name: str, description: str) -> str:
    """Let MLflow use the store of a project; return the id of an experiment, made if need be.

    The artifacts of a SQLite store are in `mlartifacts` next to the database. By default MLflow
    would put them below the current folder. A server chooses the place on its own. Raises
    `InputError` as `open_store` does, but for a file that does not exist.
    """
    uri = tracking_uri(root)
    database = database_file(uri)
    if database is None:
        _use_store(uri)
        return _experiment(name, description, None)
    database.parent.mkdir(parents=True, exist_ok=True)
    # Two processes that make the tables at once both fail.
    making = hold(database.parent, database.name, doing=f"is opening {uri}", patience=_PATIENCE)
    with making:
        if not database.exists():
            make_tables(database)
        _use_store(uri)
        return _experiment(name, description, artifact_root(database))


def _experiment(name: str, description: str, place: str | None) -> str:
    tags = {**KIND, "mlflow.note.content": description}
    found = mlflow.get_experiment_by_name(name)
    if found is None:
        return str(mlflow.create_experiment(name, artifact_location=place, tags=tags))
    for key, value in tags.items():
        if key not in found.tags:
            mlflow.MlflowClient().set_experiment_tag(found.experiment_id, key, value)
    return str(found.experiment_id)


@contextmanager
def store_errors(root: Path, remedy: str) -> Iterator[None]:
    """Raise `SruNerError` with a remedy for an error of the store of a project in the block."""
    try:
        yield
    except MlflowException as error:
        shown = without_secrets(tracking_uri(root))
        problem = f"the MLflow store {shown} failed: {first_line(error)[:300]}"
        raise SruNerError(problem, remedy=remedy) from None


def _use_store(uri: str) -> None:
    database = database_file(uri)
    if database is not None:
        check_unlocked(database)
        relocate(database)
    else:
        check = check_server("MLflow", uri, shown=without_secrets(uri), variable=URI_VARIABLE)
        if not check.ready:
            raise SruNerError(f"the MLflow store {check.found}", remedy=check.remedy)
    given = {name: os.environ.get(name) for name in (URI_VARIABLE, _REGISTRY_VARIABLE)}
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    # MLflow writes the variables. The next project, and each process that is started from here,
    # would take them for the user's.
    for name, value in given.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
