import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import torch
from transformers import AutoConfig, AutoModel, AutoTokenizer, pipeline

from sru_ner import Annotator
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.integrations.huggingface import TASK, SruNerPipeline
from sru_ner.model.actions import ScoredSpan, WordSpan
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.modeling import SruNerModel

TEXT = "Aspirin treats headache in mice. The unknown headache - aspirin"


@pytest.fixture(scope="module")
def pipe(tiny_model: Path) -> SruNerPipeline:
    return pipeline(TASK, model=str(tiny_model), device="cpu")


@pytest.fixture(scope="module")
def expected(tiny_model: Path) -> list[dict[str, Any]]:
    spans = Annotator.load(tiny_model, device="cpu", precision="fp32")(TEXT)
    return [
        {
            "entity_group": s.type,
            "score": pytest.approx(s.score, abs=1e-5),
            "word": s.text,
            "start": s.start,
            "end": s.end,
            "labels": list(s.labels),
        }
        for s in spans
    ]


def test_auto_classes_know_the_model(tiny_model: Path) -> None:
    assert isinstance(AutoConfig.from_pretrained(tiny_model), SruNerConfig)
    model = AutoModel.from_pretrained(tiny_model)
    assert isinstance(model, SruNerModel)
    assert Annotator(model.eval(), AutoTokenizer.from_pretrained(tiny_model))(TEXT)


def test_a_model_loaded_in_bf16_keeps_an_exact_recurrence(tiny_model: Path) -> None:
    model = AutoModel.from_pretrained(tiny_model, dtype=torch.bfloat16)
    assert {p.dtype for p in model.sru.parameters()} == {torch.float32}
    assert Annotator(model, AutoTokenizer.from_pretrained(tiny_model))(TEXT)


def test_the_pipeline_answers_like_the_annotator(
    pipe: SruNerPipeline, expected: list[dict[str, Any]]
) -> None:
    assert ["one$Disease", "two$Disease"] in [span["labels"] for span in expected]
    assert pipe(TEXT) == expected
    assert pipe([TEXT, "mice", ""]) == [expected, [], []]


def test_thresholds_of_an_evaluation_are_found_by_the_experiment(
    named_model: Path, tmp_path: Path
) -> None:
    models = {name: {"default": 0.5, "types": {}} for name in ("mine", "other")}
    models["mine"]["types"] = {"Chemical": 1.0}
    file = tmp_path / "thresholds.json"
    file.write_text(json.dumps({"models": models}), encoding="utf-8")
    found = pipeline(TASK, model=str(named_model), device="cpu")(TEXT, threshold=str(file))
    assert {span["entity_group"] for span in found} == {"Disease"}


@pytest.mark.parametrize("batch_size", [1, 2])
def test_the_pipeline_streams_in_batches(
    pipe: SruNerPipeline, expected: list[dict[str, Any]], batch_size: int
) -> None:
    texts = (text for text in [TEXT, "mice", TEXT])
    assert list(pipe(texts, batch_size=batch_size)) == [expected, [], expected]


def test_options_are_those_of_annotate(
    pipe: SruNerPipeline, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only = pipe(TEXT, types=["Chemical"])
    assert {span["entity_group"] for span in only} == {"Chemical"}
    with monkeypatch.context() as patched:
        nested = [ScoredSpan(WordSpan(0, 2, 0), 0.9), ScoredSpan(WordSpan(1, 2, 1), 0.8)]
        patched.setattr(pipe.model, "decode", lambda *passes, same_type: [nested])
        assert [span["word"] for span in pipe("the mice")] == ["the mice", "mice"]
        assert [span["word"] for span in pipe("the mice", overlaps="flat")] == ["the mice"]
    assert pipe(TEXT, threshold=1.0) == []
    strict = pipeline(TASK, model=str(tiny_model), device="cpu", threshold=1.0)
    assert strict(TEXT) == []
    with pytest.raises(UnknownNameError, match="Did you mean 'Chemical'"):
        pipe(TEXT, types=["Chemicals"])
    with pytest.raises(UnknownNameError, match="Did you mean 'threshold'"):
        pipe(TEXT, treshold=0.7)


def test_what_training_wrote_must_be_readable(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    (folder / "training.json").write_text("{")
    with pytest.raises(InputError, match=r"training\.json:1: this is not valid JSON"):
        pipeline(TASK, model=str(folder), device="cpu")(TEXT)


def test_a_saved_pipeline_loads_again(
    named_model: Path, expected: list[dict[str, Any]], tmp_path: Path
) -> None:
    pipeline(TASK, model=str(named_model), device="cpu").save_pretrained(tmp_path / "saved")
    assert not list((tmp_path / "saved").glob("*.py")), "no program code is saved"
    again = pipeline(TASK, model=str(tmp_path / "saved"), device="cpu")
    assert again(TEXT) == expected
    annotator = Annotator.load(tmp_path / "saved", device="cpu", precision="fp32")
    assert annotator.experiment == again.annotator.experiment == "mine"
    assert [s.text for s in annotator(TEXT)] == [span["word"] for span in expected]


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (None, "there is no text: this is None"),
        (float("nan"), "there is no text: this is nan"),
        (3, "of the type int"),
        (b"mice", r"the type bytes[\s\S]*decode"),
        (["mice", None], "there is no text: this is None"),
        (["mice", 3], "of the type int"),
        (pd.DataFrame({"text": ["mice"]}), "a DataFrame, which gives names of columns"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_text_has_a_message(pipe: SruNerPipeline, inputs: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        pipe(inputs)


@pytest.mark.parametrize("kind", [tuple, pd.Series, iter])
def test_any_collection_of_texts_is_read_as_several(
    pipe: SruNerPipeline, expected: list[dict[str, Any]], kind: Any
) -> None:
    assert list(pipe(kind([TEXT, "mice"]))) == [expected, []]
