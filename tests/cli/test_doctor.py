import json

import pytest
from typer.testing import CliRunner

from sru_ner.cli import doctor as module
from sru_ner.cli.doctor import check_corpora, check_dvc, check_model, examine
from sru_ner.cli.main import app
from sru_ner.environment import checks
from sru_ner.environment.checks import MAIN_PACKAGES, Check
from sru_ner.inference import default_model


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("SRU_NER_MIRROR", "SRU_NER_OFFLINE", "MLFLOW_TRACKING_URI", "PREFECT_API_URL"):
        monkeypatch.delenv(name, raising=False)


def test_everything_is_looked_at(tmp_path):
    checked = {check.part: check for check in examine(tmp_path)}
    expected = {"Python", *MAIN_PACKAGES, "encoder", "device", "mirror", "MLflow", "Prefect", "DVC"}
    assert expected <= set(checked)
    assert checked["torch"].ready
    assert checked["encoder"].ready
    assert not checked["DVC"].ready


def test_json_and_status(monkeypatch):
    found = [Check("one", True, "1"), Check("two", False, "0", "do it", required=False)]
    monkeypatch.setattr(module, "examine", lambda root: found)
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == 0
    assert [entry["part"] for entry in json.loads(result.stdout)] == ["one", "two"]


def test_something_required_is_missing(monkeypatch):
    monkeypatch.setattr(module, "examine", lambda root: [Check("two", False, "0", "do it")])
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 1
    assert "NOT READY" in result.stdout
    assert "do it" in result.stdout


def test_what_looks_like_markup_is_printed_as_it_is_and_can_be_copied(monkeypatch):
    remedy = "pip install 'sru-ner[onnx]'"
    path = "/a/long/path/" + 9 * "of/many/folders/"
    found = [
        Check("[part]", False, f"in [red]{path}", remedy, required=False),
        Check("one", True, "1", "nothing"),
    ]
    monkeypatch.setattr(module, "examine", lambda root: found)
    monkeypatch.setenv("COLUMNS", "80")
    printed = CliRunner().invoke(app, ["doctor"]).stdout
    assert printed.splitlines() == [
        f"optional   [part]  in [red]{path}",
        f"           → {remedy}",
        "ready      one     1",
    ]


def test_a_user_of_the_wheel_is_told_no_command_of_the_clone(monkeypatch, tmp_path):
    monkeypatch.setattr(checks, "is_clone", lambda: False)
    monkeypatch.setattr(checks, "_unmet_requirements", lambda extra: iter(["x is missing"]))
    found = {check.part: check for check in examine(tmp_path)}
    assert found["requirements of onnx"].remedy == "pip install 'sru-ner[onnx]'"
    assert found["requirements of pipeline"].remedy == "pip install 'sru-ner[pipeline]'"
    assert not any("make" in check.remedy.split() for check in found.values() if not check.ready)
    assert "git" not in found, "there is no project here"
    assert "sru-ner init" in found["DVC"].remedy


def test_a_mirror_is_a_folder_with_files(monkeypatch, tmp_path):
    def found() -> dict[str, Check]:
        return {check.part: check for check in check_corpora()}

    assert found()["mirror"].ready
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    assert not found()["mirror"].ready
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path))
    assert not found()["mirror"].ready
    (tmp_path / "host").mkdir()
    (tmp_path / "host/file").touch()
    assert found()["mirror"].ready
    assert found()["mirror"].found == f"{tmp_path}, 1 file"
    assert "off" in found()["network"].found
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path / "missing"))
    assert not found()["mirror"].ready


def test_the_default_model_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("SRU_NER_MODEL", "models/mine")
    assert next(check_model()) == Check("default model", True, "models/mine")
    monkeypatch.delenv("SRU_NER_MODEL")
    monkeypatch.setattr(default_model, "RELEASED", tmp_path / "none")
    monkeypatch.setattr(default_model, "ENTRY_POINTS", "sru_ner_models_of_a_test")
    check = next(check_model())
    assert not check.ready
    assert not check.required
    assert "models:/name@alias" in check.remedy


def test_a_pipeline_is_found_in_its_root(tmp_path):
    assert not next(check_dvc(tmp_path)).ready
    (tmp_path / ".dvc").mkdir()
    (tmp_path / ".dvc/config").touch()
    (tmp_path / "dvc.yaml").touch()
    assert next(check_dvc(tmp_path)).ready
