import shutil
import sqlite3

import pytest

from sru_ner.errors import InputError
from sru_ner.registry import database
from sru_ner.registry.checks import check_store
from sru_ner.registry.database import check_unlocked, former_roots, lost_versions, relocate
from sru_ner.registry.versions import resolve

PLACES = [(table, column) for table, column in database._PLACES if column != "source"]


@pytest.fixture
def copy(registered, tmp_path):
    """A copy of a registered project, in a folder whose name MLflow has to quote."""
    root = tmp_path / "a copy_%"
    shutil.copytree(registered[0], root)
    return root


def places(file):
    with sqlite3.connect(file) as connection:
        return [
            place
            for table, column in PLACES
            for (place,) in connection.execute(f"SELECT {column} FROM {table}")
            if "mlartifacts" in place
        ]


@pytest.mark.fault(
    "a project is copied or moved",
    before="`register` wrote into the old folder, and `doctor` said that all was ready",
    now="the places of the artifacts are corrected, and what is missing is named",
)
def test_a_copied_project_uses_its_own_files(registered, copy):
    file = copy / "mlflow.db"
    old = (registered[0] / "mlartifacts").as_uri()
    assert former_roots(file) == [old]
    [store, moved] = check_store(copy)
    assert store.ready
    assert not moved.ready
    assert old in moved.found
    before = places(registered[0] / "mlflow.db")
    relocate(file)
    assert former_roots(file) == []
    own = (copy / "mlartifacts").as_uri()
    assert len(before) > 5
    assert places(file) == [place.replace(old, own) for place in before]
    assert resolve("models:/sru-ner@candidate", copy).is_relative_to(copy)
    assert [check.ready for check in check_store(copy)] == [True]
    assert places(registered[0] / "mlflow.db") == before


def test_files_that_are_gone_are_named(copy):
    shutil.rmtree(copy / "mlartifacts")
    relocate(copy / "mlflow.db")
    found = lost_versions(copy / "mlflow.db")
    assert found
    [_, lost] = check_store(copy)
    assert ", ".join(found) in lost.found
    assert not lost.ready


def test_a_store_that_was_not_moved_stays_as_it_is(registered):
    file = registered[0] / "mlflow.db"
    before = file.read_bytes()
    relocate(file)
    assert file.read_bytes() == before
    assert lost_versions(file) == []


@pytest.mark.fault(
    "another process keeps the SQLite store locked",
    before="minutes of silence, then 100 lines of traceback",
    now="one line after seconds, with the remedy",
)
def test_a_locked_store_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "_SECONDS", 0.2)
    file = tmp_path / "mlflow.db"
    check_unlocked(file)
    assert not file.exists()
    holder = sqlite3.connect(file)
    holder.execute("CREATE TABLE a (b)")
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(InputError, match=r"mlflow\.db: .*cannot be written \(database is locked\)"):
        check_unlocked(file)
    holder.rollback()
    check_unlocked(file)
    holder.close()
