"""Models of the hub, from a cache made for the test."""

from pathlib import Path

import httpx
import huggingface_hub
import pytest
from huggingface_hub import constants
from huggingface_hub.errors import RepositoryNotFoundError

from sru_ner.errors import InputError
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.model_reference import experiment_of, model_digest, model_folder


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cached files of `some/model`; the network may not be asked."""
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    repository = tmp_path / "models--some--model"
    commit = "0" * 40
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    folder = repository / "snapshots" / commit
    (folder / "more").mkdir(parents=True)
    for name in ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt", "README.md"):
        (folder / name).write_text(f"of {name}")
    (folder / "training.json").write_text('{"experiment": "mine"}')
    return folder


def test_only_what_makes_the_model_changes_its_digest(snapshot: Path) -> None:
    before = model_digest("some/model")
    assert model_digest(str(snapshot)) == before
    for other in ("README.md", "LICENSE", ".gitattributes", "more/config.json"):
        (snapshot / other).write_text("another")
    assert model_digest("some/model") == model_digest(str(snapshot)) == before
    digests = {before}
    for name in ("config.json", "model.safetensors", "tokenizer.json", "vocab.txt"):
        (snapshot / name).write_text("another")
        digests.add(model_digest("some/model"))
    assert len(digests) == 5


def test_the_experiment_is_read_from_the_hub(snapshot: Path) -> None:
    assert experiment_of(model_folder("some/model")) == "mine"
    (snapshot / "training.json").unlink()
    assert experiment_of(model_folder("some/model")) is None


def test_what_is_no_model_is_named(snapshot: Path, tmp_path: Path) -> None:
    with pytest.raises(
        InputError,
        match=r"some/other: the model cannot be loaded: .*SRU_NER_OFFLINE=1[\s\S]*hub id",
    ):
        model_folder("some/other")
    for gone in (tmp_path / "gone", "models/demo/gone", snapshot / "config.json"):
        with pytest.raises(InputError, match="there is no such model folder"):
            model_folder(gone)


@pytest.mark.parametrize("offline", [True, False])
def test_the_hub_is_asked_only_where_the_network_may_be_used(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch, offline: bool
) -> None:
    asked = []

    def download(model: str, *, local_files_only: bool = False, **_: object) -> str:
        asked.append((model, local_files_only))
        return str(snapshot)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    monkeypatch.setenv("SRU_NER_OFFLINE", str(int(offline)))
    assert model_folder("some/model") == snapshot
    assert asked == [("some/model", offline)]


def test_the_hub_is_asked_once_for_a_model(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch, tiny_model: Path
) -> None:
    asked = []

    def download(model: str, **_: object) -> str:
        asked.append(model)
        return str(tiny_model)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    assert Annotator.load("some/model").model.name_or_path == str(tiny_model)
    assert asked == ["some/model"]


def test_a_model_that_the_hub_does_not_have_is_explained(
    snapshot: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = httpx.Response(404, request=httpx.Request("GET", "https://huggingface.co"))

    def download(model: str, **_: object) -> str:
        raise RepositoryNotFoundError("404 Client Error. (Request ID: Root=1)", response=answer)

    monkeypatch.setattr(huggingface_hub, "snapshot_download", download)
    with pytest.raises(InputError, match="neither a folder here nor a model of the hub"):
        model_folder("models/tgoether")
