"""A training that is logged as it goes, by the process that it really starts."""

import importlib.util
import re
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pandas as pd
import psutil
import pytest
from mlflow import MlflowClient
from mlflow.entities import Run

from sru_ner.dataset.corpus import Corpus
from sru_ner.layout import SuiteLayout
from sru_ner.model.run_record import RUN_RECORD, trained_digest
from sru_ner.registry.store import open_experiment, tracking_uri
from sru_ner.registry.versions import DIGEST_TAG
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.tracking.live import live_run
from sru_ner.tracking.live_messages import Beginning
from sru_ner.tracking.runs_page import run_url
from sru_ner.training.experiment import train_experiment

pytestmark = pytest.mark.pipeline

LAYOUT = SuiteLayout("small")
ENDED = {"FINISHED", "FAILED", "KILLED"}
SECONDS = 240  # that a process with the lowest priority may take on a busy machine
CUT = """
import os, signal, sys
from pathlib import Path
from sru_ner.model.run_record import RUN_RECORD, trained_digest
from sru_ner.tracking.live import live_run
from sru_ner.tracking.live_messages import Beginning
begin = Beginning(sys.argv[1], "sru-ner", "small", "cut", {"seed": 7}, {})
with live_run(begin, Path("model"), lambda line: None) as [callback]:
    callback._send_values(1, {"step.loss": 2.0})
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The root of a project with an empty store."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def beginning(root: Path, experiment: str) -> Beginning:
    return Beginning(str(root), "sru-ner", "small", experiment, {"seed": 7}, {})


def wait_for(what, seconds: float = SECONDS):
    """Return what a function returns as soon as it is true."""
    deadline = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.3)
    return found


def client(root: Path) -> MlflowClient:
    open_experiment(root, "sru-ner", "")
    return MlflowClient(tracking_uri(root))


def ended(root: Path, experiment: str) -> Run:
    """The only run of an experiment, when it has ended."""
    store = client(root)
    ids = [store.get_experiment_by_name("sru-ner").experiment_id]

    def found() -> list[Run]:
        runs = store.search_runs(ids, f"tags.experiment = '{experiment}'")
        return runs if runs and all(run.info.status in ENDED for run in runs) else []

    [run] = wait_for(found)
    return run


def test_the_model_is_the_same_and_its_curves_are_in_the_store(
    tiny_encoder: Path, corpora: dict[str, Corpus], root: Path
) -> None:
    values = {
        "sources": ["chemicals", "diseases"],
        "encoder": str(tiny_encoder),
        "epochs": 2,
        "batch_size": 4,
        "max_subwords": 32,
        "precision": "fp32",
    }
    settings = ExperimentSettings.model_validate(values)
    train_experiment("plain", settings, LAYOUT, corpora)
    model = LAYOUT.model("followed")
    with live_run(beginning(root, "followed"), model, print) as callbacks:
        train_experiment("followed", settings, LAYOUT, corpora, callbacks=callbacks)
    for path in LAYOUT.model("plain").iterdir():
        if path.name not in ("training.json", RUN_RECORD):  # the experiment's name, and times
            assert (model / path.name).read_bytes() == path.read_bytes()
    run = ended(root, "followed")
    assert run.info.status == "FINISHED"
    assert run.data.params == {"seed": "7"}
    assert run.data.tags[DIGEST_TAG] == trained_digest(model)
    curves = pd.read_csv(LAYOUT.training_report("followed") / "curves.csv").set_index("step")
    for name in ("train_loss", "dev_micro_f1.chemicals", "dev_recall.diseases.Disease"):
        history = client(root).get_metric_history(run.info.run_id, f"curve.{name}")
        assert {metric.step: metric.value for metric in history} == pytest.approx(
            curves[name].to_dict(), rel=1e-4
        )
    assert run.data.metrics["step.learning_rate"] > 0


@pytest.mark.fault(
    "a training is ended with all that it started, as by a run of Prefect that is cancelled",
    before="what logs it ended first: its run in MLflow was running for ever, and was never pruned",
    now="its end is logged",
)
def test_what_logs_stays_to_log_the_end(root: Path) -> None:
    said: list[str] = []
    with live_run(beginning(root, "ended"), root / "ended", said.append):
        wait_for(lambda: said)
        for process in psutil.Process().children():
            with suppress(psutil.NoSuchProcess):  # git, which has ended since
                if "sru_ner.tracking.live_process" in process.cmdline():
                    process.terminate()
    assert ended(root, "ended").info.status == "FINISHED"


def test_two_at_once_are_logged_with_the_load_of_the_machine(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL", "0.2")
    said: list[str] = []

    def fail_after_a_while() -> None:
        with ExitStack() as stack:
            for name in ("a", "b"):
                stack.enter_context(live_run(beginning(root, name), root / name, said.append))
            wait_for(lambda: len(said) == 2)
            time.sleep(3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_a_while()
    runs = [ended(root, "a"), ended(root, "b")]
    addresses = {run_url(tracking_uri(root), "1", run.info.run_id) for run in runs}
    assert {re.sub(r"^MLflow: | \(after `make mlflow`\)$", "", line) for line in said} == addresses
    for run in runs:
        assert run.info.status == "FAILED"
        assert "system/cpu_utilization_percentage" in run.data.metrics
        assert DIGEST_TAG not in run.data.tags


@pytest.mark.fault(
    "SIGKILL while a training is logged to MLflow",
    before="nothing was logged",
    now="the run ends as killed, and the training that goes on continues it",
)
def test_a_killed_training_ends_its_run_and_goes_on_with_it(root: Path) -> None:
    done = subprocess.run([sys.executable, "-c", CUT, root], check=False)
    assert done.returncode == -signal.SIGKILL
    killed = ended(root, "cut")
    assert (killed.info.status, killed.data.metrics["step.loss"]) == ("KILLED", 2.0)
    (root / "model").mkdir()
    with live_run(beginning(root, "cut"), root / "model", print) as [callback]:
        callback._send_values(1, {"step.loss": 2.0})
        callback._send_values(2, {"step.loss": 1.0})
    store = client(root)
    wait_for(lambda: store.get_run(killed.info.run_id).info.status == "FINISHED")
    assert ended(root, "cut").info.run_id == killed.info.run_id
    history = store.get_metric_history(killed.info.run_id, "step.loss")
    assert [(metric.step, metric.value) for metric in history] == [(1, 2.0), (2, 1.0)]


@pytest.mark.fault(
    "the MLflow server is away while a model is trained",
    before="nothing was logged",
    now="training goes on, and `register` logs the run",
)
def test_without_the_server_training_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    said: list[str] = []
    with live_run(beginning(root, "a"), root, said.append) as [callback]:
        callback._send_values(1, {"step.loss": 2.0})
        [line] = wait_for(lambda: list(said))
    assert "does not answer" in line
    assert "training goes on" in line


def test_without_mlflow_nothing_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with live_run(beginning(root, "a"), root, pytest.fail) as callbacks:
        assert callbacks == []
