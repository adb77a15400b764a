import http.server
import json
import threading
from collections.abc import Iterator

import pytest
from typer.testing import CliRunner

from sru_ner.cli import doctor as module
from sru_ner.cli.doctor import MAIN_PACKAGES, Finding, examine
from sru_ner.cli.main import app
from sru_ner.environment import extras


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("SRU_NER_MIRROR", "SRU_NER_OFFLINE", "MLFLOW_TRACKING_URI", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server() -> Iterator[str]:
    """Address of a server on loopback that answers /health and nothing else."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200 if self.path == "/health" else 404)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def by_part(findings: list[Finding]) -> dict[str, Finding]:
    return {finding.part: finding for finding in findings}


def found(check, root) -> dict[str, Finding]:
    return by_part(list(check(root)))


def test_everything_is_looked_at(tmp_path):
    parts = by_part(examine(tmp_path))
    expected = {"Python", *MAIN_PACKAGES, "encoder", "device", "mirror", "MLflow", "Prefect", "DVC"}
    assert expected <= set(parts)
    assert parts["torch"].ready
    assert parts["encoder"].ready
    assert not parts["DVC"].ready


def test_json_and_status(monkeypatch):
    findings = [Finding("one", True, "1"), Finding("two", False, "0", "do it", required=False)]
    monkeypatch.setattr(module, "examine", lambda root: findings)
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == 0
    assert [entry["part"] for entry in json.loads(result.stdout)] == ["one", "two"]


def test_something_required_is_missing(monkeypatch):
    monkeypatch.setattr(module, "examine", lambda root: [Finding("two", False, "0", "do it")])
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "not ready" in result.stdout
    assert "do it" in result.stdout


def test_requirement_that_is_not_met(monkeypatch, tmp_path):
    lines = ["pandas>=900", "no-such-package", "numpy>=1", "nothing; extra == 'dev'"]
    monkeypatch.setattr(extras, "requires", lambda name: lines)
    requirements = found(module._packages, tmp_path)["requirements"]
    assert not requirements.ready
    assert "is not >=900" in requirements.found
    assert "no-such-package is not installed" in requirements.found
    assert "numpy" not in requirements.found


def test_mirror(monkeypatch, tmp_path):
    unset = found(module._corpora, tmp_path)["mirror"]
    assert unset.ready
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    assert not found(module._corpora, tmp_path)["mirror"].ready
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path))
    assert not found(module._corpora, tmp_path)["mirror"].ready
    (tmp_path / "host").mkdir()
    (tmp_path / "host/file").touch()
    filled = found(module._corpora, tmp_path)
    assert filled["mirror"].ready
    assert "1 files" in filled["mirror"].found
    assert "off" in filled["network"].found
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path / "missing"))
    assert not found(module._corpora, tmp_path)["mirror"].ready


def test_mlflow_store_of_the_project(tmp_path):
    assert found(module._mlflow, tmp_path)["MLflow"].ready
    assert list(tmp_path.iterdir()) == []


def test_mlflow_server(monkeypatch, tmp_path, server):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", server)
    assert found(module._mlflow, tmp_path)["MLflow"] == Finding("MLflow", True, server)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"{server}/elsewhere")
    elsewhere = found(module._mlflow, tmp_path)["MLflow"]
    assert not elsewhere.ready
    assert "answers 404" in elsewhere.found


def test_server_that_does_not_answer(monkeypatch, tmp_path):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    silent = found(module._mlflow, tmp_path)["MLflow"]
    assert not silent.ready
    assert "does not answer" in silent.found
    assert "unset MLFLOW_TRACKING_URI" in silent.remedy


def test_project_with_and_without_git(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").touch()
    (tmp_path / "dvc.yaml").touch()
    parts = found(module._project, tmp_path)
    assert parts["DVC"].ready
    assert not parts["git"].ready
    monkeypatch.setenv("PATH", "")
    assert found(module._project, tmp_path)["git"].found == "not installed"
