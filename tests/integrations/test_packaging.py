import json
import shutil
from pathlib import Path

import pytest
from huggingface_hub import ModelCard
from typer.testing import CliRunner

from sru_ner import Annotator
from sru_ner.cli.main import app
from sru_ner.errors import InputError
from sru_ner.integrations.packaging import package_model
from tests.integrations.training_facts import FACTS

TEXT = "Aspirin treats headache in mice."


@pytest.fixture
def trained(tiny_model: Path, tmp_path: Path) -> Path:
    """A model folder with what training writes next to the weights."""
    folder = tmp_path / "trained"
    shutil.copytree(tiny_model, folder)
    (folder / "training.json").write_text(json.dumps(FACTS), encoding="utf-8")
    return folder


def test_a_package_is_a_model_with_a_valid_card(trained: Path, tmp_path: Path) -> None:
    target = tmp_path / "hub"
    package_model(trained, target, name="you/demo", licence="apache-2.0")
    card = ModelCard.load(target / "README.md")
    assert card.data.license == "apache-2.0"
    assert card.data.base_model == "sentence-transformers/all-MiniLM-L6-v2"
    assert card.data.model_name == "you/demo"
    assert {r.dataset_type: r.metric_value for r in card.data.eval_results} == {
        "one": 80.5,
        "ncbi_disease": 81.5,
    }
    found = Annotator.load(target, device="cpu")
    assert found(TEXT) == Annotator.load(trained, device="cpu")(TEXT)
    assert found.experiment == "both"


def test_a_package_names_no_path_of_this_machine(trained: Path, tmp_path: Path) -> None:
    encoder = tmp_path / "my_encoder"
    encoder.mkdir()
    facts = {**FACTS, "settings": {**FACTS["settings"], "encoder": str(encoder)}}
    (trained / "training.json").write_text(json.dumps(facts), encoding="utf-8")
    config_file = trained / "config.json"
    settings = json.loads(config_file.read_text(encoding="utf-8"))
    settings["encoder"]["_name_or_path"] = str(encoder)
    config_file.write_text(json.dumps(settings), encoding="utf-8")
    package_model(trained, tmp_path / "hub", name="demo", licence="mit")
    for file in (tmp_path / "hub").iterdir():
        assert str(tmp_path).encode() not in file.read_bytes(), file.name
    assert "`my_encoder`" in (tmp_path / "hub/README.md").read_text(encoding="utf-8")


def test_the_same_package_is_written_again(trained: Path, tmp_path: Path) -> None:
    target = tmp_path / "hub"
    contents = []
    for _ in range(2):
        package_model(trained, target, name="demo", licence="mit")
        contents.append({file.name: file.read_bytes() for file in target.iterdir()})
    assert contents[0] == contents[1]


def test_nothing_else_is_overwritten(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    notes = tmp_path / "mine/notes.txt"
    notes.write_text("mine", encoding="utf-8")
    for target in (notes, trained):
        with pytest.raises(InputError, match="this exists already"):
            package_model(trained, target, name="demo", licence="mit")
    clone = tmp_path / "clone"
    package_model(trained, clone, name="demo", licence="mit")
    (clone / ".git").mkdir()
    for target, held in ((tmp_path / "mine", r"notes\.txt"), (clone, r"\.git")):
        with pytest.raises(InputError, match=rf"files that are not of a package \({held}\)"):
            package_model(trained, target, name="demo", licence="mit")
    assert notes.exists()
    assert (clone / ".git").exists()
    with pytest.raises(InputError, match="no trained model"):
        package_model(tmp_path / "mine", tmp_path / "hub", name="demo", licence="mit")


def test_the_command_says_what_is_next(trained: Path, tmp_path: Path) -> None:
    target = tmp_path / "demo"
    done = CliRunner().invoke(app, ["package", str(trained), str(target)])
    assert done.exit_code == 0, done.output
    assert f"hf upload demo {target}" in done.output
    assert ModelCard.load(target / "README.md").data.license == "other"
