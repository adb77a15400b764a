from pathlib import Path

import pytest
import torch

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.loading import load


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no model\.safetensors"):
        load(tmp_path)


def test_an_unknown_device_is_named(tiny_model: Path) -> None:
    with pytest.raises(InputError, match="no device 'gpu9x'"):
        load(tiny_model, "gpu9x")


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_device_that_is_not_there_is_named(tiny_model: Path) -> None:
    with pytest.raises(InputError, match="the device 'cuda' cannot be used"):
        load(tiny_model, "cuda")


def test_an_unknown_precision_is_named(tiny_model: Path) -> None:
    with pytest.raises(UnknownNameError, match="precision 'fp16'"):
        load(tiny_model, "cpu", precision="fp16")  # type: ignore[arg-type]
