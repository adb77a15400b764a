"""Two versions of a model in an MLflow server on loopback, each with its decisions and figures."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.registered_project import (  # noqa: F401
    COMMIT,
    SUITE_PARAMS,
    no_store_of_this_machine,
    write_json,
)
from tests.suite_files import write_suite

START = 300
"""Seconds that the server may take to come up on a machine that does other things."""

PARAMS = {
    "suite": "small",
    "corpora": ["dis", "chem"],
    "train": {"encoder": "tiny"},
    "experiments": {
        "narrow": {"sources": ["dis"], "supervision": "closed"},
        "wide": {"sources": ["dis", "chem"]},
    },
    "evaluate": {"tested": ["dis", "chem"], "types": "common"},
    "assess": {"experiment": "wide"},
    "review": {"least_f1": {"dis": 0.7}},
    "register": {"candidate": "wide", "models": ["narrow", "wide"], "model_name": "my-ner"},
}
"""`narrow` becomes version 1 and `wide` version 2."""


@pytest.fixture(scope="session")
def project(tmp_path_factory, suite_data, findings_of, leakage_of, tiny_model) -> Path:
    """A project as the stages leave it."""
    from sru_ner.evaluation_report.report import write_report
    from sru_ner.layout import SuiteLayout
    from sru_ner.leakage.pairs import write_leakage
    from sru_ner.manifests.manifest import describe_splits
    from sru_ner.settings.params import load_params

    root = tmp_path_factory.mktemp("review") / "project"
    params = load_params(write_suite(root, PARAMS))
    (root / ".dvc").mkdir()
    (root / ".dvc/config").touch()
    layout = SuiteLayout("small", root)
    shutil.copytree(suite_data / "harmonized", layout.harmonized)
    shutil.copytree(suite_data / "decisions", layout.decisions())
    leakage = leakage_of([("chem", "train", "x", "dis", "d0")], ["dis", "chem"])
    write_leakage(layout.leakage, leakage)
    write_report(
        layout.evaluation_report, layout.evaluation_data, findings_of(params), params, training={}
    )
    write_json(layout.assessment_report / "strata.json", {"strata": []})
    for name, experiment in params.experiments.items():
        shutil.copytree(tiny_model, layout.model(name))
        report = layout.training_report(name)
        write_json(report / "metrics.json", {"best_epoch": 1})
        (report / "curves.csv").write_text("epoch,step,train_loss\n1,10,0.9\n")
        learned = describe_splits(layout.harmonized, experiment.sources, ["train"])
        write_json(layout.manifest(name), learned)
        facts = {"experiment": name, "settings": experiment.model_dump(mode="json")}
        write_json(
            layout.model(name) / "training.json",
            {
                **facts,
                "data": digests(learned),
                "environment": {"git_commit": COMMIT, "git_dirty": False},
            },
        )
    tested = describe_splits(layout.harmonized, params.evaluate.tested, ["test"])
    write_json(layout.manifest("tested"), tested)
    return root


@pytest.fixture(scope="session")
def server(tmp_path_factory, no_store_of_this_machine):  # noqa: F811
    """URL of an MLflow server with an empty store."""
    root = tmp_path_factory.mktemp("mlflow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)),
            *("--backend-store-uri", f"sqlite:///{root}/mlflow.db", "--workers", "1"),
            *("--artifacts-destination", str(root / "artifacts")),
        ],
        cwd=root,
        env={
            **os.environ,
            "DO_NOT_TRACK": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        begin = time.monotonic()
        while not _listens(port):
            assert process.poll() is None, "the server ended"
            assert time.monotonic() - begin < START, "the server does not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # it would wait for open connections
        process.wait()


@pytest.fixture(scope="session")
def store(server, project):
    """The client of the server, which holds both versions; the project's commands use it."""
    from sru_ner.registry.client import open_client
    from sru_ner.settings.params import load_params
    from sru_ner.tracking.runs import log_suite

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", server)
        patch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        log_suite(load_params(project / SUITE_PARAMS), project)
        return open_client(project)


@pytest.fixture(autouse=True, scope="module")
def _of_the_server(server):
    """The project's commands use the server, and those of other tests do not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", server)
        patch.setenv("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        yield


@pytest.fixture
def undecided(store):
    """The same, with version 1 as champion and no decision yet."""
    for tag in store.get_registered_model("my-ner").tags:
        store.delete_registered_model_tag("my-ner", tag)
    store.set_registered_model_alias("my-ner", "champion", "1")
    return store


@pytest.fixture
def run(project, monkeypatch):
    """Run `sru-ner review …` in the project; returns the status and the output."""
    from sru_ner.cli.main import app

    def command(*arguments: str) -> tuple[int, str]:
        monkeypatch.chdir(project)
        done = CliRunner().invoke(app, ["review", *arguments])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.output

    return command


def digests(manifest: dict) -> dict:
    """The tables that a manifest names, as the training notes them."""
    return {
        source: {
            f"{table}/{split}": digest
            for split, described in content["splits"].items()
            for table, digest in described["sha256"].items()
        }
        for source, content in manifest["sources"].items()
    }


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
