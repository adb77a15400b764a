import json
import shutil
from pathlib import Path

import pytest
import torch
from huggingface_hub import ModelCard
from typer.testing import CliRunner

from sru_ner import Annotator
from sru_ner.cli.main import app
from sru_ner.errors import InputError
from sru_ner.integrations.model_package import CARD, package_model
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.run_record import write_run
from tests.integrations.small_evaluation import write_evaluation
from tests.integrations.training_facts import FACTS

TEXT = "Aspirin treats headache in mice."


@pytest.fixture
def trained(tiny_model: Path, tmp_path: Path) -> Path:
    """A model folder with what training writes next to the weights."""
    folder = tmp_path / "trained"
    shutil.copytree(tiny_model, folder)
    (folder / "training.json").write_text(json.dumps(FACTS), encoding="utf-8")
    return folder


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The evaluation of the suite that trained the model."""
    return write_evaluation(tmp_path / "reports/small")


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


def test_a_package_has_the_commit_and_the_time_of_the_training(
    trained: Path, tmp_path: Path
) -> None:
    commit = {"git_commit": "c0ffee" + "0" * 34, "git_dirty": False, "device": "cpu", "threads": 1}
    write_run(trained, {"environment": commit, "figures": {"seconds": 7200.0}})
    package_model(trained, tmp_path / "hub", name="you/demo", licence="apache-2.0")
    facts = json.loads((tmp_path / "hub/training.json").read_text(encoding="utf-8"))
    assert facts["environment"]["git_commit"].startswith("c0ffee")
    assert not (tmp_path / "hub/run.json").exists()
    card = (tmp_path / "hub/README.md").read_text(encoding="utf-8")
    assert "c0ffee" in card
    assert "Training took 2.0 hours" in card


def test_a_package_names_no_path_of_this_machine(trained: Path, tmp_path: Path) -> None:
    encoder = tmp_path / "my_encoder"
    encoder.mkdir()
    own = {"encoder": str(encoder), "start_from": str(trained)}
    facts = {**FACTS, "settings": {**FACTS["settings"], **own}}
    (trained / "training.json").write_text(json.dumps(facts), encoding="utf-8")
    config_file = trained / "config.json"
    settings = json.loads(config_file.read_text(encoding="utf-8"))
    settings["encoder"]["_name_or_path"] = str(encoder)
    config_file.write_text(json.dumps(settings), encoding="utf-8")
    package_model(trained, tmp_path / "hub", name="demo", licence="mit")
    for file in (tmp_path / "hub").iterdir():
        assert str(tmp_path).encode() not in file.read_bytes(), file.name
    assert "`my_encoder`" in (tmp_path / "hub/README.md").read_text(encoding="utf-8")


def test_weights_rounded_to_bf16_load_as_fp32_and_find_the_same(
    trained: Path, tmp_path: Path
) -> None:
    target = tmp_path / "hub"
    package_model(trained, target, name="demo", precision="bf16")
    before, after = ((each / "model.safetensors").stat().st_size for each in (trained, target))
    assert after < 0.7 * before
    found = Annotator.load(target, device="cpu", precision="fp32")
    rounded = Annotator.load(trained, device="cpu", precision="fp32")
    with torch.no_grad():
        for mine, theirs in zip(rounded.model.parameters(), found.model.parameters(), strict=True):
            mine.copy_(mine.to(torch.bfloat16))
            assert theirs.dtype == torch.float32
            assert torch.equal(mine, theirs)
    assert found(TEXT) == rounded(TEXT) != []
    # transformers takes the precision from the folder.
    assert SruNerModel.from_pretrained(target).dtype == torch.float32
    assert "rounded to bf16" not in (target / CARD).read_text(encoding="utf-8")  # no figures


def test_only_what_inference_needs_is_copied(trained: Path, tmp_path: Path) -> None:
    (trained / "optimizer.pt").write_bytes(b"state")
    (trained / "notes").mkdir()
    package_model(trained, tmp_path / "hub", name="demo")
    names = {file.name for file in (tmp_path / "hub").iterdir()}
    assert names == {CARD, "config.json", "model.safetensors", "model.safetensors.sha256",
                     "tokenizer.json", "tokenizer_config.json", "training.json"}  # fmt: skip


def test_a_package_of_a_package_keeps_figures_and_licence(
    trained: Path, suite: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    package_model(trained, first, name="a", licence="mit", precision="bf16", evaluation=suite)
    package_model(first, second, name="b")
    text = (second / CARD).read_text(encoding="utf-8")
    assert "license: mit" in text
    assert "| `one` | Disease | 40 | 50.0 | 25.0 | 33.3 | 20.0 to 45.0 |" in text
    assert "before its weights were rounded to bf16" in text
    # Chemical has the threshold of all types.
    assert "(Chemical 0.55, Disease 0.70)" in text
    assert json.loads((second / "thresholds.json").read_text(encoding="utf-8")) == {
        "Chemical": 0.55,
        "Disease": 0.7,
    }


def test_the_evaluation_of_a_models_project_is_found(
    trained: Path, suite: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(trained, tmp_path / "project/models/small/both")
    shutil.copytree(suite.parent, tmp_path / "project/reports/small")
    target = tmp_path / "hub"
    done = CliRunner().invoke(app, ["package", str(folder), "-o", str(target)])
    assert done.exit_code == 0, done.output
    assert "--suite small" in (target / CARD).read_text(encoding="utf-8")


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
    done = CliRunner().invoke(app, ["package", str(trained), "-o", str(target)])
    assert done.exit_code == 0, done.output
    assert f"hf upload demo {target}" in done.output
    assert ModelCard.load(target / "README.md").data.license == "other"


@pytest.mark.fault(
    "damaged weights are packaged for others",
    before="the package held them, and nothing told of it",
    now="refused: their SHA-256 is not the one beside them; a package has its own",
)
def test_damaged_weights_are_not_packaged(trained: Path, tmp_path: Path) -> None:
    weights = trained / "model.safetensors"
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(InputError, match="the file has changed since it was written"):
        package_model(trained, tmp_path / "hub", name="demo")
    assert not (tmp_path / "hub").exists()
