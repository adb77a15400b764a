import json
import shutil
from pathlib import Path

import pytest
import torch
from transformers import AutoModel, pipeline

from sru_ner import Annotator
from sru_ner.errors import InputError
from sru_ner.inference import agreement, export
from sru_ner.inference.export import export_onnx
from sru_ner.integrations.huggingface import TASK
from sru_ner.integrations.model_package import package_model

pytest.importorskip("onnxruntime", reason="the extra sru-ner[onnx] is not installed")

TEXTS = ["Aspirin treats headache in mice. The unknown headache!", "", "headache", "mice " * 90]


@pytest.fixture(scope="module")
def exported(tiny_model: Path, named_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "model"
    found = export_onnx(named_model, folder, texts=TEXTS)
    spans = sum(map(len, Annotator.load(tiny_model, device="cpu").annotate(TEXTS)))
    assert (found.texts, found.spans) == (4, spans)
    assert spans >= 3
    assert found.largest_difference < 1e-4
    return folder


def test_an_exported_folder_is_a_model_folder(exported: Path, tiny_model: Path) -> None:
    ours = Annotator.load(exported)
    theirs = Annotator.load(tiny_model, device="cpu", precision="fp32")
    assert ours.types == theirs.types
    # More and longer rows than it was exported with.
    texts = [text * n for n in range(1, 9) for text in TEXTS]
    for mine, other in zip(ours.annotate(texts), theirs.annotate(texts), strict=True):
        assert [(s.start, s.end, s.labels) for s in mine] == [
            (s.start, s.end, s.labels) for s in other
        ]
        assert [s.score for s in mine] == pytest.approx([s.score for s in other], abs=1e-5)


def test_thresholds_are_found_by_the_experiment_that_was_exported(
    exported: Path, tmp_path: Path
) -> None:
    assert Annotator.load(exported).experiment == "mine"
    models = {name: {"default": 0.5, "types": {}} for name in ("mine", "other")}
    models["mine"]["types"] = {"Chemical": 1.0}
    file = tmp_path / "thresholds.json"
    file.write_text(json.dumps({"models": models}), encoding="utf-8")
    spans = Annotator.load(exported)(TEXTS[0], threshold=file)
    assert {span.type for span in spans} == {"Disease"}


def test_what_loads_no_onnx_refuses_it(exported: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="weights of the model are missing"):
        AutoModel.from_pretrained(exported)
    with pytest.raises(InputError, match="weights of the model are missing"):
        pipeline(TASK, model=str(exported), device="cpu")
    with pytest.raises(InputError, match="package the model that it was exported from"):
        package_model(exported, tmp_path / "hub", name="demo", licence="mit")
    assert not (tmp_path / "hub").exists()


def test_it_holds_no_weights_twice_and_no_path_of_this_machine(exported: Path) -> None:
    from safetensors import safe_open

    with safe_open(exported / "model.safetensors", framework="pt") as weights:
        assert all(name.startswith("sru.") for name in weights.keys())  # noqa: SIM118
    graph = (exported / "encoder.onnx").read_bytes()
    assert str(Path(torch.__file__).parent.parent).encode() not in graph


def test_a_model_that_differs_is_not_written(
    tiny_model: Path, exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = exported / "encoder.onnx"  # making it takes seconds
    monkeypatch.setattr(export, "_write_encoder", lambda _, path: shutil.copy(encoder, path))
    monkeypatch.setattr(agreement, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(InputError, match="cannot be exported exactly"):
        export_onnx(tiny_model, tmp_path / "out", texts=["mice"])
    assert list(tmp_path.iterdir()) == []


def test_only_what_was_exported_is_offered(exported: Path) -> None:
    with pytest.raises(InputError, match="runs on the CPU in fp32"):
        Annotator.load(exported, precision="bf16")
    with pytest.raises(InputError, match="runs on the CPU in fp32"):
        Annotator.load(exported, device="cuda")


def test_the_command_writes_nothing_over_another_folder(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sru_ner.cli.export import export as command

    shutil.copytree(tiny_model, tmp_path / "taken")
    with pytest.raises(InputError, match="something else already"):
        command(tmp_path / "taken", str(tiny_model), None)


@pytest.mark.fault(
    "encoder.onnx of an exported model is damaged or cut off",
    before="a traceback of ONNX Runtime",
    now="refused, with the file and the remedy",
)
@pytest.mark.parametrize("content", [b"", b"<html>", b"\x08\x0a" * 99])
def test_a_damaged_encoder_is_refused(exported: Path, tmp_path: Path, content: bytes) -> None:
    folder = shutil.copytree(exported, tmp_path / "model")
    for digest in folder.glob("encoder.onnx.*"):
        digest.unlink()
    (folder / "encoder.onnx").write_bytes(content)
    with pytest.raises(InputError, match=r"encoder\.onnx: the encoder is damaged or not complete"):
        Annotator.load(folder)


@pytest.mark.fault(
    "model.safetensors of another model in an exported one",
    before="a traceback of torch",
    now="refused, with the file and the remedy",
)
def test_weights_of_another_model_are_refused(
    exported: Path, tiny_model: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(exported, tmp_path / "model")
    for file in tiny_model.glob("model.safetensors*"):
        shutil.copy(file, folder)
    with pytest.raises(
        InputError, match=r"model\.safetensors: the weights are not those of an exp"
    ):
        Annotator.load(folder)
