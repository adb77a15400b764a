"""Damaged model folders: each is refused with the place and a remedy, before anything is found."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner import Annotator
from sru_ner.errors import InputError

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 93246652\n"


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of a model folder, to be damaged."""
    return shutil.copytree(tiny_model, tmp_path / "model")


def cut_weights(folder: Path) -> None:
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])


def write(name: str, text: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def change_config(**changes: object) -> Callable[[Path], object]:
    def change(folder: Path) -> None:
        file = folder / "config.json"
        config = json.loads(file.read_text(encoding="utf-8"))
        file.write_text(json.dumps({**config, **changes}), encoding="utf-8")

    return change


DAMAGES = {
    "LFS weights": (write("model.safetensors", POINTER), "model.safetensors: .*pointer of Git LFS"),
    "LFS tokenizer": (write("tokenizer.json", POINTER), "tokenizer.json: .*pointer of Git LFS"),
    "cut weights": (cut_weights, "model.safetensors: the weights are damaged or not complete"),
    "empty weights": (write("model.safetensors", ""), "the weights are damaged or not complete"),
    "no weights": (remove("model.safetensors"), "no trained model: there is no model.safetensors"),
    "no config": (remove("config.json"), "no model of sru-ner: there is no config.json"),
    "cut config": (write("config.json", '{"model_type": '), "config.json:1: .*not valid JSON"),
    "a list": (write("config.json", "[]"), "this is no model of sru-ner\n"),
    "another kind": (change_config(model_type="bert"), "but one of the type 'bert'"),
    "no encoder": (change_config(encoder={}), "does not say which encoder and which types"),
    "no types": (change_config(inventories={}), "does not say which encoder and which types"),
    "other types": (
        change_config(inventories={"one": ["one$A", "one$B", "one$C", "one$D"]}),
        "the weights do not fit",
    ),
    "no tokenizer": (remove("tokenizer.json"), "not complete: there is no tokenizer.json"),
    "no settings": (
        remove("tokenizer_config.json"),
        "not complete: there is no tokenizer_config.json",
    ),
    "empty tokenizer": (write("tokenizer.json", "{}"), "the tokenizer cannot be loaded"),
    "cut tokenizer": (write("tokenizer.json", '{"model": '), "the tokenizer cannot be loaded"),
}


@pytest.mark.fault(
    "17 kinds of damage to a model folder: pointers of Git LFS, cut, missing and foreign files",
    before="tracebacks, or no mention and status 0",
    now="each is refused with the place and a remedy",
)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_model_is_refused_with_a_remedy(folder: Path, damage: str) -> None:
    apply, message = DAMAGES[damage]
    apply(folder)
    with pytest.raises(InputError, match=message) as caught:
        Annotator.load(folder, device="cpu")
    assert str(folder) in str(caught.value)
    assert caught.value.remedy


def test_a_plain_encoder_is_refused(tiny_encoder: Path) -> None:
    with pytest.raises(InputError, match=r"type 'bert'[\s\S]*train\.encoder"):
        Annotator.load(tiny_encoder, device="cpu")


@pytest.mark.fault(
    "the tokenizer of another encoder in a model folder",
    before="an index error for some texts",
    now="refused when the model is loaded",
)
def test_a_tokenizer_of_another_encoder_is_refused(folder: Path) -> None:
    file = folder / "tokenizer.json"
    tokenizer = json.loads(file.read_text(encoding="utf-8"))
    vocabulary = tokenizer["model"]["vocab"]
    tokenizer["model"]["vocab"] = {**vocabulary, "more": len(vocabulary)}
    file.write_text(json.dumps(tokenizer), encoding="utf-8")
    with pytest.raises(InputError, match=r"the tokenizer has \d+ sub-words, but the encoder \d+"):
        Annotator.load(folder, device="cpu")
