"""The weights of a saved model: their digest, and who may read them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from sru_ner.errors import InputError
from sru_ner.model.modeling import SruNerModel


@pytest.fixture
def folder(tiny_model: Path, tmp_path: Path) -> Path:
    """A copy of a saved model, to be damaged."""
    return shutil.copytree(tiny_model, tmp_path / "model")


@pytest.fixture
def _umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def flip_a_bit(weights: Path) -> None:
    content = bytearray(weights.read_bytes())
    content[-1] ^= 64
    weights.write_bytes(content)


@pytest.mark.fault(
    "a bit flips in model.safetensors",
    before="other mentions, status 0",
    now="refused when the model is loaded; SRU_NER_CHECK_WEIGHTS=0 leaves the check out",
)
def test_a_flipped_bit_of_the_weights_is_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weights = folder / "model.safetensors"
    flip_a_bit(weights)
    with pytest.raises(InputError, match=r"model\.safetensors: the file has changed") as caught:
        SruNerModel.from_pretrained(folder)
    assert "remove model.safetensors.sha256" in str(caught.value)
    monkeypatch.setenv("SRU_NER_CHECK_WEIGHTS", "0")
    SruNerModel.from_pretrained(folder)


def test_weights_without_a_digest_are_taken(folder: Path) -> None:
    (folder / "model.safetensors.sha256").unlink()
    flip_a_bit(folder / "model.safetensors")
    SruNerModel.from_pretrained(folder)


@pytest.mark.fault(
    "the file with the digest of the weights is damaged",
    before="not there",
    now="refused, with the remedy",
)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"0" * 64])
def test_a_damaged_digest_is_found(folder: Path, content: bytes) -> None:
    (folder / "model.safetensors.sha256").write_bytes(content)
    with pytest.raises(InputError, match="its SHA-256 is not that in"):
        SruNerModel.from_pretrained(folder)


def test_sha256sum_reads_the_digest(tiny_model: Path) -> None:
    done = subprocess.run(
        ["sha256sum", "--check", "model.safetensors.sha256"], cwd=tiny_model, check=False
    )
    assert done.returncode == 0


@pytest.mark.fault(
    "a service with its own user loads a model",
    before="weights had the mode 0600: No such file, train it again",
    now="the mode that the umask gives",
)
@pytest.mark.usefixtures("_umask")
def test_saved_weights_have_the_mode_of_other_files(folder: Path, tmp_path: Path) -> None:
    SruNerModel.from_pretrained(folder).save_pretrained(tmp_path / "new")
    modes = {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "new").iterdir()}
    assert modes["model.safetensors"] == modes["model.safetensors.sha256"] == 0o640
    assert set(modes.values()) == {0o640}
