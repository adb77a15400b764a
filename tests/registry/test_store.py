import os
import socket
import subprocess
import sys
import time

import mlflow
import pytest

from sru_ner.errors import InputError, SruNerError
from sru_ner.registry.store import (
    database_file,
    find_root,
    open_experiment,
    open_store,
    tracking_uri,
)

OPENING = """
import sys
from pathlib import Path
from sru_ner.registry.store import open_experiment
print(open_experiment(Path(sys.argv[1]), "sru-ner", "about it"))
"""


def test_default_store_is_in_the_project(tmp_path):
    assert tracking_uri(tmp_path) == f"sqlite:///{tmp_path}/mlflow.db"
    assert database_file(tracking_uri(tmp_path)) == tmp_path / "mlflow.db"


def test_variable_moves_the_store(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:5000")
    assert tracking_uri(tmp_path) == "http://127.0.0.1:5000"
    assert database_file(tracking_uri(tmp_path)) is None


@pytest.mark.parametrize("given", [None, "sqlite:///of-the-user.db"])
def test_later_processes_get_the_variables_of_the_user(tmp_path, monkeypatch, given):
    names = ("MLFLOW_TRACKING_URI", "MLFLOW_REGISTRY_URI")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    if given is not None:
        monkeypatch.setenv("MLFLOW_REGISTRY_URI", given)
    open_experiment(tmp_path, "sru-ner", "about it")
    assert mlflow.get_registry_uri() == f"sqlite:///{tmp_path}/mlflow.db"
    assert [os.environ.get(name) for name in names] == [None, given]


@pytest.mark.parametrize("mark", [".dvc/config", "mlflow.db"])
def test_root_is_found_upwards(tmp_path, mark):
    (tmp_path / mark).parent.mkdir(exist_ok=True)
    (tmp_path / mark).touch()
    (tmp_path / "one/two").mkdir(parents=True)
    assert find_root(tmp_path / "one/two") == tmp_path


def test_folder_outside_a_project_is_its_own_root(tmp_path):
    assert find_root(tmp_path) == tmp_path


def test_store_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(InputError, match="no MLflow store") as caught:
        open_store(tmp_path)
    assert "dvc repro" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", [".dvc/tmp/exps/tmp1a2b", ".dvc/tmp/exps/standalone/tmp1a2b"])
def test_an_experiment_of_dvc_uses_the_store_of_the_project(tmp_path, place):
    assert tracking_uri(tmp_path / place) == tracking_uri(tmp_path)


@pytest.mark.fault(
    "MLFLOW_TRACKING_URI names a server that is away, or that never answers",
    before="268 seconds of silence, then 100 lines of traceback",
    now="one line after seconds, with the remedy",
)
@pytest.mark.parametrize("open_it", [open_store, lambda root: open_experiment(root, "x", "")])
def test_a_server_that_does_not_answer_is_named_at_once(tmp_path, monkeypatch, open_it):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for port in (9, silent.getsockname()[1]):
            monkeypatch.setenv("MLFLOW_TRACKING_URI", f"http://me:secret@127.0.0.1:{port}")
            before = time.monotonic()
            with pytest.raises(SruNerError, match="does not answer") as caught:
                open_it(tmp_path)
            assert time.monotonic() - before < 10
            assert "start the server, or unset MLFLOW_TRACKING_URI" in caught.value.remedy
            assert "secret" not in str(caught.value)


@pytest.mark.fault(
    "two processes make the MLflow store of a project at once",
    before="one of them failed: `table experiments already exists`",
    now="the second one waits",
)
def test_two_processes_make_one_store(tmp_path):
    command = [sys.executable, "-c", OPENING, tmp_path]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert [process.communicate()[0] for process in both] == ["1\n", "1\n"]
