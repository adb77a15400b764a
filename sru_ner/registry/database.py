"""The SQLite file of a store: whether it is locked, and the places of artifacts that it holds.

MLflow keeps absolute places. After a project was moved or copied, they are those of the old folder.
MLflow has no function that changes them, so they are changed in its tables.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sru_ner.errors import InputError

_FOLDER = "mlartifacts"
_PLACES = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)
"""Tables and columns of MLflow that hold places of artifacts."""
_SECONDS = 10.0  # that another process may keep the database locked


def artifact_root(database: Path) -> str:
    """Return the URI of the folder next to the database with the artifacts of all runs."""
    return (database.parent / _FOLDER).as_uri()


def check_unlocked(database: Path) -> None:
    """Raise `InputError` if the database exists and cannot be written, after waiting for a while.

    MLflow itself would try for minutes.
    """
    if not database.is_file():
        return
    try:
        with _open(database) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.rollback()
    except sqlite3.Error as error:
        raise InputError(
            f"the MLflow store cannot be written ({error})",
            path=database,
            remedy="end the process that keeps it locked (`fuser` names it), or correct the file's"
            " permissions; then run this again",
        ) from None


def former_roots(database: Path) -> list[str]:
    """Return the URIs of folders of artifacts that were next to the database before it was moved.

    Returns nothing for a file that is no store.
    """
    query = "SELECT DISTINCT artifact_location FROM experiments WHERE artifact_location LIKE ?"
    with suppress(sqlite3.Error), _open(database) as connection:
        found = {place for (place,) in connection.execute(query, [f"file:%/{_FOLDER}"])}
        return sorted(found - {artifact_root(database)})
    return []


def relocate(database: Path) -> None:
    """Let the places of artifacts be in the folder next to the database, if it was moved."""
    if not database.is_file() or not (former := former_roots(database)):
        return
    with _open(database) as connection, connection:
        for old in former:
            for table, column in _PLACES:
                connection.execute(
                    f"UPDATE {table} SET {column} = ? || substr({column}, ?)"
                    f" WHERE {column} = ? OR {column} LIKE ? ESCAPE '\\'",
                    [artifact_root(database), len(old) + 1, old, _like(old)],
                )


def lost_versions(database: Path) -> list[str]:
    """Return `name/version` of each registered version whose files do not exist."""
    query = (
        "SELECT name, version, storage_location FROM model_versions"
        " WHERE current_stage <> 'Deleted_Internal' ORDER BY name, version"
    )
    with suppress(sqlite3.Error), _open(database) as connection:
        rows = connection.execute(query).fetchall()
        return [f"{name}/{version}" for name, version, place in rows if _is_lost(place)]
    return []


def _is_lost(place: str | None) -> bool:
    parts = urlsplit(place or "")
    return parts.scheme == "file" and not Path(unquote(parts.path)).is_dir()


def _like(place: str) -> str:
    """Return the pattern of SQL for all that is below a place."""
    escaped = place.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}/%"


@contextmanager
def _open(database: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(database, timeout=_SECONDS)) as connection:
        yield connection
