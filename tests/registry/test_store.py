import pytest

from sru_ner.errors import InputError
from sru_ner.registry.store import (
    database_file,
    find_root,
    open_store,
    tracking_uri,
)


def test_default_store_is_in_the_project(tmp_path):
    assert tracking_uri(tmp_path) == f"sqlite:///{tmp_path}/mlflow.db"
    assert database_file(tracking_uri(tmp_path)) == tmp_path / "mlflow.db"


def test_variable_moves_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    assert tracking_uri(tmp_path) == "http://127.0.0.1:5000"
    assert database_file(tracking_uri(tmp_path)) is None


@pytest.mark.parametrize("mark", [".dvc/config", "mlflow.db"])
def test_root_is_found_upwards(tmp_path, mark):
    (tmp_path / mark).touch()
    (tmp_path / "one/two").mkdir(parents=True)
    assert find_root(tmp_path / "one/two") == tmp_path


def test_folder_outside_a_project_is_its_own_root(tmp_path):
    assert find_root(tmp_path) == tmp_path


def test_store_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(InputError, match="no MLflow store") as caught:
        open_store(tmp_path)
    assert "dvc repro register" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []
