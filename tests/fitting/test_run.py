"""Whole runs with a tiny encoder: model, page and figures; resumed, repeated, over two corpora."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError
from sru_ner.fitting import run as module
from sru_ner.fitting.inspection import inspect
from sru_ner.fitting.remarks import RefusedRequestError
from sru_ner.fitting.request import Request
from sru_ner.fitting.run import fit
from sru_ner.training.speed import Speed
from tests.fitting.conftest import pubtator

Make = Callable[..., Request]


def carry_out(request: Request, root: Path) -> list[str]:
    """Carry a request out, and return what is said."""
    said: list[str] = []
    fit(inspect(request, root), elapsed=lambda: 10.0, say=said.append)
    return said


@pytest.fixture(autouse=True)
def _in_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")


@pytest.fixture
def root(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    return lambda: tmp_path_factory.mktemp("read")


def test_a_run_leaves_a_model_a_page_and_figures(request_for: Make, root, tmp_path: Path) -> None:
    request = request_for(epochs=2)
    said = carry_out(request, root())
    assert "The model learns from the dev split, too, and its last epoch is kept." in said
    assert list(Path.cwd().iterdir()) == []
    facts = json.loads((request.output / "training.json").read_text())
    assert facts["settings"]["epochs"] == 2
    assert facts["settings"]["sources"] == ["clinic"]
    assert facts["settings"]["train_with_dev"]
    page = (request.layout.evaluation_report / "index.html").read_text()
    assert "Evaluation of the suite “model”" in page
    assert "make mlflow" not in page
    [tested] = json.loads((request.work / "results.json").read_text())
    assert tested["tested"] == "clinic"
    assert {row["type"] for row in tested["rows"]} == {"Drug", "Ache", None}
    assert sum(row["gold"] for row in tested["rows"] if row["type"]) == tested["rows"][-1]["gold"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["model", "model.work"]

    from sru_ner.inference.annotator import Annotator

    assert Annotator.load(request.output)("aspirin treats headache .") is not None

    finished = inspect(request, root())
    assert finished.finished
    assert finished.may_begin
    other = inspect(request_for(epochs=3), root())
    assert not other.finished
    with pytest.raises(
        RefusedRequestError, match=r"made with other values of: epochs[\s\S]*--over"
    ):
        fit(other, elapsed=lambda: 1.0, say=print)


def test_an_interrupted_run_continues(
    request_for: Make, root, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for()

    class PowerCutError(Exception):
        pass

    def cut(*_: object, **__: object) -> None:
        raise PowerCutError

    with monkeypatch.context() as patch:
        patch.setattr(module, "decide_on", cut)
        with pytest.raises(PowerCutError):
            carry_out(request, root())
    assert not request.output.exists()
    with monkeypatch.context() as patch:
        patch.setattr(module, "train_experiment", cut)  # the model is trained already
        carry_out(request, root())
    assert (request.output / "config.json").is_file()


def test_two_corpora_train_one_model(request_for: Make, root, tmp_path: Path) -> None:
    other = tmp_path / "other.pubtator"
    other.write_text(pubtator(60, first=500, types=("Ache",)), encoding="utf-8")
    request = request_for(others=(str(other),))
    said = carry_out(request, root())
    config = json.loads((request.output / "config.json").read_text())
    assert config["inventories"] == {
        "clinic": ["clinic$Ache", "clinic$Drug"],
        "other": ["other$Ache"],
    }
    # The first corpus marks both types, and shows it with too few mentions.
    assert config["exclusive"] == []
    assert not any("of both types" in line for line in said)
    results = json.loads((request.work / "results.json").read_text())
    assert [tested["tested"] for tested in results] == ["clinic", "other"]
    params = yaml.safe_load((request.work / "params.yaml").read_text())
    assert params["evaluate"]["leakage"] == "drop_train"
    assert params["train"]["mention_share"] == params["train"]["mention_bias"] == 0.5


@pytest.mark.parametrize(
    ("settings", "pairs", "overlaps"),
    [({}, [["Bone", "Drug"]], "exclusive"), ({"exclusive": "none"}, [], "all")],
)
def test_a_mention_has_one_of_types_that_no_corpus_marks_both(
    request_for: Make, root, tmp_path: Path, settings: dict, pairs: list, overlaps: str
) -> None:
    other = tmp_path / "other.pubtator"
    marked = pubtator(60, first=500, types=("Ache",)).replace("\tAche", "\tBone")
    other.write_text(marked, encoding="utf-8")
    request = request_for(others=(str(other),), types={"Ache": ""})
    request = replace(request, settings={**request.settings, **settings})
    said = carry_out(request, root())
    config = json.loads((request.output / "config.json").read_text())
    assert config["exclusive"] == pairs
    told = "No mention is taken to be of both types of: Bone/Drug."
    assert any(line.startswith(told) for line in said) == bool(pairs)
    params = yaml.safe_load((request.work / "params.yaml").read_text())
    assert params["evaluate"]["overlaps"] == overlaps


def test_corpora_that_mark_the_same_types_need_no_such_pairs(request_for: Make, root, tmp_path):
    other = tmp_path / "other.pubtator"
    other.write_text(pubtator(60, first=500), encoding="utf-8")
    request = request_for(others=(str(other),))
    carry_out(request, root())
    params = yaml.safe_load((request.work / "params.yaml").read_text())
    assert params["train"]["mention_share"] == 0.5
    assert {"exclusive", "mention_bias"}.isdisjoint(params["train"])
    assert params["evaluate"]["overlaps"] == "all"


@pytest.mark.parametrize(("drug", "rate"), [("Drug", 2e-4), ("Chemical", 5e-5)])
def test_a_model_is_trained_further(
    request_for: Make, root, tiny_model: Path, drug: str, rate: float
) -> None:
    request = request_for(
        start=str(tiny_model), encoder=EMBEDDED_ENCODER, types={"Ache": "Disease", "Drug": drug}
    )
    carry_out(request, root())
    facts = json.loads((request.output / "training.json").read_text())
    assert facts["settings"]["start_from"] == str(tiny_model)
    assert facts["settings"]["encoder_learning_rate"] == rate  # lower if it knows all types
    assert facts["start"]["sources"] == []
    config = json.loads((request.output / "config.json").read_text())
    assert config["encoder"] == json.loads((tiny_model / "config.json").read_text())["encoder"]
    assert config["inventories"] == {"clinic": sorted(["clinic$Disease", f"clinic${drug}"])}
    assert inspect(request, root()).finished


@pytest.mark.parametrize("minutes", [None, 1.0])
def test_a_model_learns_from_a_teacher(
    request_for: Make, root, tiny_model: Path, tmp_path: Path, minutes: float | None
) -> None:
    texts = tmp_path / "texts.txt"
    texts.write_text("the mice treats headache in mice .\n" * 3)
    request = request_for(
        teacher=str(tiny_model),
        unmarked=(texts,),
        types={"Ache": "Disease"},
        minutes=minutes,
        epochs=None if minutes else 1,
    )
    carry_out(request, root())
    facts = json.loads((request.output / "training.json").read_text())
    assert facts["settings"]["teacher"] == str(tiny_model)
    assert facts["teacher"]["sources"] == []
    config = json.loads((request.output / "config.json").read_text())
    assert config["inventories"] == {"clinic": ["clinic$Disease", "clinic$Drug"]}
    assert inspect(request, root()).finished


def test_the_schedule_fits_the_minutes(
    request_for: Make, root, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = request_for(epochs=None, minutes=1.0)
    said = carry_out(request, root())
    assert any("there is time for" in line for line in said)
    params = yaml.safe_load((request.work / "params.yaml").read_text())
    assert params["train"]["epochs"] >= 1
    assert params["train"]["epoch_sequences"] >= 16
    slow = request_for(epochs=None, minutes=1.0, output=request.output.with_name("slow"))
    monkeypatch.setattr(module, "measure_speed", lambda *_, **__: Speed(9.0, 1.0, 64))
    with pytest.raises(InputError, match=r"--minutes 1 is too short[\s\S]*give it \d+ minutes"):
        carry_out(slow, root())


def test_a_request_with_errors_writes_nothing(request_for: Make, root, tmp_path: Path) -> None:
    before = set(tmp_path.iterdir())
    with pytest.raises(RefusedRequestError, match="nothing was trained, because of 1 error"):
        carry_out(request_for(settings={"epocs": 1}), root())
    assert set(tmp_path.iterdir()) == before
