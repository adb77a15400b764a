"""The deployed pipeline, for real: a Prefect server and a worker on loopback run every stage."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from sru_ner.project.suite_folder import link_stages

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[1]
NEEDED = (
    ".dvc/config", ".dvcignore", ".gitignore", "conf", "corpora", "data/dvc.yaml",
    "data/params.yaml", "dvc.yaml", "flows", "params.yaml", "prefect.yaml", "sru_ner",
    "suites/demo/params.yaml", "suites/stages.yaml", "verdicts",
)  # fmt: skip
SOURCES = ["synthetic_chemicals", "synthetic_diseases"]


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """Nothing of this machine's Prefect and MLflow, and no network."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    kept = {
        k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "MLFLOW_", "DVC_"))
    }
    return {
        **kept,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "PREFECT_HOME": str(tmp_path_factory.mktemp("prefect")),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "HF_HUB_OFFLINE": "1",
        # Threads that wait for each other take longer than the tiny model itself.
        "OMP_NUM_THREADS": "1",
        "SRU_NER_OFFLINE": "1",
    }


@pytest.fixture(scope="module")
def server(environment, tmp_path_factory) -> Iterator[Callable[[], None]]:
    """A Prefect server that is starting; call it to wait until it answers."""
    address = environment["PREFECT_API_URL"]
    port = address.rpartition(":")[2].partition("/")[0]
    log = tmp_path_factory.mktemp("server") / "log"
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", port]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=log.parent,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def wait() -> None:
        for _ in range(240):
            assert process.poll() is None, log.read_text()
            try:
                with urllib.request.urlopen(f"{address}/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.5)
        pytest.fail(f"the server does not answer\n{log.read_text()}")

    yield wait
    end(process)


def end(process: subprocess.Popen) -> None:
    """End a process and what it started, by its id."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def project(server, tmp_path_factory) -> Path:
    """A copy of the project whose suite is small: two corpora, one model on a tiny encoder.

    It is made while the server starts.
    """
    root = tmp_path_factory.mktemp("project")
    for name in NEEDED:
        source, target = ROOT / name, root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    save_encoder(root / "encoder")
    path = root / "suites/demo/params.yaml"
    params = yaml.safe_load(path.read_text())
    params["corpora"] = params["evaluate"]["tested"] = SOURCES
    params["train"] |= {
        "encoder": "encoder",
        "frozen_layers": 0,
        "epochs": 1,
        "max_subwords": 128,
        "half_context": 20,
    }
    params["experiments"] = {"together_dynamic": {"sources": SOURCES}}
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    data = root / "data/params.yaml"
    data.write_text(yaml.safe_dump(yaml.safe_load(data.read_text()) | {"corpora": SOURCES}))
    link_stages(root, "demo")
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "a small suite"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    return root


def save_encoder(folder: Path) -> None:
    """A random encoder of two narrow layers with the embedded default's own tokenizer."""
    from transformers import AutoTokenizer, BertConfig, BertModel

    from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
    from sru_ner.model.encoder import locate_encoder

    tokenizer = AutoTokenizer.from_pretrained(locate_encoder(EMBEDDED_ENCODER))
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
    )
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


@pytest.fixture(scope="module")
def run(project, environment):
    """Runs a module in the project and returns its output; fails with it where it fails."""

    def run(*arguments: str) -> str:
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", *arguments],
            cwd=project,
            env={**environment, "PYTHONPATH": str(project)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(f"{' '.join(arguments)}: {time.monotonic() - began:.1f} s\n{done.stdout}")
        assert done.returncode == 0
        return done.stdout

    return run


@pytest.fixture(scope="module")
def deployed(run, server) -> str:
    """Everything deployed and `pipeline/demo` run to its end by a worker; the worker's output."""
    server()
    run("prefect", "work-pool", "create", "sru-pool", "--type", "process")
    run("prefect", "--no-prompt", "deploy", "--all")
    run("prefect", "deployment", "run", "pipeline/demo")
    return run("prefect", "worker", "start", "--pool", "sru-pool", "--run-once")


@pytest.fixture(scope="module")
def ask(environment) -> Callable[[str], list[dict]]:
    """Asks the server for all objects of a kind."""

    def ask(kind: str) -> list[dict]:
        request = urllib.request.Request(
            f"{environment['PREFECT_API_URL']}/{kind}/filter",
            data=b"{}",
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    return ask


def test_deployed_pipeline_completes(deployed, ask):
    names = {flow["id"]: flow["name"] for flow in ask("flows")}
    states = {names[run["flow_id"]]: run["state_type"] for run in ask("flow_runs")}
    parts = ("assess", "corpora", "evaluate", "harmonize", "judgements", "pipeline", "train")
    assert states == dict.fromkeys(parts, "COMPLETED"), deployed


def test_every_part_is_deployed(deployed, ask):
    names = {flow["id"]: flow["name"] for flow in ask("flows")}
    found = {f"{names[d['flow_id']]}/{d['name']}" for d in ask("deployments")}
    names_of_parts = ("assess", "corpora", "evaluate", "harmonize", "judgements", "train")
    parts = {f"{part}/demo" for part in names_of_parts}
    assert found == {
        "annotate/pubmed",
        "pipeline/demo",
        "pipeline/biomed-small",
        "refresh/weekly",
        "review/candidate",
        *parts,
    }


def test_results_are_table_artifacts(deployed, ask):
    found = [artifact for artifact in ask("artifacts") if artifact["type"] == "table"]
    tables = {artifact["key"]: json.loads(artifact["data"]) for artifact in found}
    assert set(tables) == {"demo-assessment", "demo-matrix", "demo-mentions", "demo-training"}
    assert [row["experiment"] for row in tables["demo-training"]] == ["together_dynamic"]
    assert set(tables["demo-matrix"][0]) == {"trained \\ tested", *SOURCES}


def test_dvc_has_nothing_left_to_do(deployed, run):
    assert set(json.loads(run("dvc", "status", "--json"))) == {"results"}
    printed = run("dvc", "repro")
    assert re.findall(r"Running stage '(.*)'", printed) == ["results"]
    assert "together_dynamic" in run("flows.summary")
    assert "Data and pipelines are up to date." in run("dvc", "status")


@pytest.mark.parametrize(
    ("section", "key", "value", "readers"),
    [
        ("assess", "seed", 7, {"assess"}),
        ("evaluate", "types", "common", {"report"}),
        ("evaluate", "leakage", "drop_test", {"manifests", "report"}),
        ("train", "seed", 7, {"train@together_dynamic", "register"}),
    ],
)
def test_changed_parameter_concerns_only_what_reads_it(
    deployed, project, run, section, key, value, readers
):
    path = project / "suites/demo/params.yaml"
    before = path.read_text()
    params = yaml.safe_load(before)
    params[section][key] = value
    path.write_text(yaml.safe_dump(params, sort_keys=False))
    try:
        changed = json.loads(run("dvc", "status", "--json"))
    finally:
        path.write_text(before)
    assert set(changed) == {f"suites/demo/dvc.yaml:{name}" for name in readers}


def test_a_new_corpus_concerns_no_other(deployed, project, run):
    entry = {
        "title": "Mine",
        "citation": "none",
        "licence": "none",
        "reader": "jsonl",
        "types": {"drug": "Drug"},
        "given": {"splits": True, "documents": True, "sentences": False},
        "files": [{"name": "train.jsonl", "split": "train"}],
    }
    path = project / "corpora/mine.yaml"
    path.write_text(yaml.safe_dump(entry))
    try:
        assert set(json.loads(run("dvc", "status", "--json"))) == {"data/dvc.yaml:catalog"}
        run("dvc", "repro", "--single-item", "data/dvc.yaml:catalog")
        assert (project / "data/catalog/mine.json").is_file()
        assert "Data and pipelines are up to date." in run("dvc", "status")
    finally:
        path.unlink()
        run("dvc", "repro", "--single-item", "data/dvc.yaml:catalog")


def test_registry_has_the_candidate(deployed, project):
    from mlflow import MlflowClient

    store = f"sqlite:///{project / 'mlflow.db'}"
    client = MlflowClient(tracking_uri=store, registry_uri=store)
    version = client.get_model_version_by_alias("sru-ner", "candidate")
    assert version.tags["experiment"] == "together_dynamic"
    (registration,) = (project / "reports").glob("*/registration.json")
    assert json.loads(registration.read_text())["experiments"]["together_dynamic"]["version"] == "1"
