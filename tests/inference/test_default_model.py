"""Where the model comes from if none is named: real packages on the path, real folders."""

import logging
import shutil
from pathlib import Path

import pytest
import spacy
from typer.testing import CliRunner

from sru_ner import Annotator
from sru_ner.cli.main import app
from sru_ner.errors import InputError
from sru_ner.inference import default_model as module
from sru_ner.inference.default_model import default_model, installed_models
from sru_ner.inference.model_reference import resolve_model

TEXT = "Aspirin treats headache in mice."


@pytest.fixture(autouse=True)
def nothing_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation without models, whatever this one has."""
    monkeypatch.delenv(module.VARIABLE, raising=False)
    monkeypatch.setattr(module, "RELEASED", tmp_path / "clone/models/released")
    monkeypatch.setattr(module, "ENTRY_POINTS", "sru_ner_models_of_a_test")


@pytest.fixture
def release(tmp_path: Path, tiny_model: Path):
    """Put a model of that name into the clone; return its folder."""
    (tmp_path / "clone").mkdir()
    (tmp_path / "clone/pyproject.toml").touch()

    def put(name: str = "small") -> Path:
        return shutil.copytree(tiny_model, tmp_path / "clone/models/released" / name)

    return put


@pytest.fixture
def install(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch):
    """Put a model package of that name on the path; return its folder.

    Importing the package is an error: nothing in it may run.
    """
    site = tmp_path / "site"
    monkeypatch.syspath_prepend(site)

    def put(name: str) -> Path:
        folder = shutil.copytree(tiny_model, site / name)
        (folder / "__init__.py").write_text("raise RuntimeError('this was imported')")
        info = site / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{module.ENTRY_POINTS}]\n{name} = {name}\n")
        return folder

    return put


def test_nothing_at_hand_is_an_error_that_says_how_to_get_a_model() -> None:
    with pytest.raises(InputError, match="no model is named") as caught:
        Annotator.load()
    for word in ("models:/", "SRU_NER_MODEL", "pip install", "models/released"):
        assert word in str(caught.value)


def test_the_released_model_of_the_clone_is_the_default(
    release, caplog: pytest.LogCaptureFixture
) -> None:
    folder = release()
    with caplog.at_level(logging.INFO, logger=module.__name__):
        found = Annotator.load(device="cpu")(TEXT)
    assert found == Annotator.load(folder, device="cpu")(TEXT) != []
    assert f"{folder} is used (it is the released model)" in caplog.text


def test_models_beside_an_installed_copy_are_not_the_clones(release, tmp_path: Path) -> None:
    release()
    (tmp_path / "clone/pyproject.toml").unlink()
    with pytest.raises(InputError, match="no model is named"):
        default_model()


def test_an_installed_model_goes_before_the_released_one(release, install) -> None:
    release()
    folder = install("sru_ner_tiny")
    assert installed_models() == {"sru_ner_tiny": folder}
    assert default_model() == str(folder)
    assert Annotator.load("sru_ner_tiny", device="cpu")(TEXT)


def test_models_at_hand_have_names(release, install) -> None:
    assert resolve_model("sru-ner-tiny") == "sru-ner-tiny"
    folder, released = install("sru_ner_tiny"), release("another-one")
    assert resolve_model("sru-ner-tiny") == resolve_model("sru_ner_tiny") == folder
    assert resolve_model("another-one") == released
    assert resolve_model("gone") == "gone"


def test_a_folder_here_goes_before_an_installed_model(
    install, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("sru_ner_tiny")
    (tmp_path / "here/sru_ner_tiny").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    assert resolve_model("sru_ner_tiny") == "sru_ner_tiny"


def test_of_several_models_none_is_the_default(
    release, install, monkeypatch: pytest.MonkeyPatch
) -> None:
    release()
    folder = install("sru_ner_a")
    install("sru_ner_b")
    with pytest.raises(InputError, match="several are installed: sru_ner_a, sru_ner_b"):
        default_model()
    monkeypatch.setenv(module.VARIABLE, "sru_ner_a")
    assert resolve_model(None) == folder


@pytest.mark.parametrize("command", [["annotate", "in.txt"], ["export", "-o", "out"]])
def test_commands_use_the_default_and_name_it(
    command: list[str], release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "export" in command:
        pytest.importorskip("onnxruntime", reason="the extra sru-ner[onnx] is not installed")
    folder = release()
    monkeypatch.chdir(tmp_path)
    Path("in.txt").write_text(TEXT, encoding="utf-8")
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    assert f"no model was named; using {folder}" in done.stderr
    assert "Aspirin" in done.stdout or "both models find the same" in done.stdout


def test_spacy_uses_the_default(release) -> None:
    release()
    nlp = spacy.blank("en")
    nlp.add_pipe("sru_ner")
    assert [entity.text for entity in nlp(TEXT).ents] == ["Aspirin", "headache"]
    assert nlp.config["components"]["sru_ner"]["model"] is None
