import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from packaging.version import Version
from transformers.utils.logging import (
    disable_progress_bar,
    enable_progress_bar,
    is_progress_bar_enabled,
)

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.loading import load
from sru_ner.model.encoder import load_encoder
from sru_ner.model.modeling import SruNerModel


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


def test_weights_that_are_no_numbers_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    model = SruNerModel.from_pretrained(folder)
    with torch.no_grad():
        model.sru.start_action[0] = torch.nan
    model.save_pretrained(folder)
    with pytest.raises(InputError, match=r"sru\.start_action are not finite numbers"):
        load(folder, "cpu")


def test_settings_of_an_encoder_that_cannot_be_are_refused(
    tiny_model: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config["encoder"]["hidden_size"] = "wide"
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"the model cannot be loaded: .*hidden_size"):
        load(folder, "cpu")


def test_loading_draws_no_progress_bar(
    tiny_model: Path, tiny_encoder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enable_progress_bar()
    try:
        load(tiny_model, "cpu")
        load_encoder(str(tiny_encoder))
        assert capsys.readouterr().err == ""
        assert is_progress_bar_enabled(), "the user's choice stays"
    finally:
        disable_progress_bar()


def test_an_encoder_that_is_no_plain_bert_is_loaded_by_transformers(
    tiny_model: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config["encoder"]["hidden_act"] = "relu"
    (folder / "config.json").write_text(json.dumps(config))
    model, _ = load(folder, "cpu")
    assert isinstance(model, SruNerModel)
    assert model.encoder.config.hidden_act == "relu"


def test_weights_of_another_size_are_refused(tiny_model: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model, tmp_path / "model")
    config = json.loads((folder / "config.json").read_text())
    config["encoder"]["intermediate_size"] = 48
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(InputError, match=r"do not fit the sizes in config\.json"):
        load(folder, "cpu")


_HEAVY = """
import sys
from sru_ner import Annotator
assert list(Annotator.load(sys.argv[1]).annotate(["Aspirin treats headache."]))[0]
heavy = {"transformers", "pyarrow", "pandas", "scipy", "sympy", "torch._dynamo", "rich", "mlflow"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_annotating_imports_no_library_that_it_does_not_need(tiny_model: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _HEAVY, str(tiny_model)], check=True, capture_output=True, text=True
    )
    needed = {"sympy"} if Version(torch.__version__) < Version("2.11") else set()  # by torch itself
    assert set(done.stdout.split()) <= needed


@pytest.mark.parametrize("has_it", [True, False])
def test_the_hardware_chooses_the_precision(
    tiny_model: Path, monkeypatch: pytest.MonkeyPatch, has_it: bool
) -> None:
    for name in ("avx512_bf16", "amx_tile"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda: has_it)
    model = Annotator.load(tiny_model, device="cpu").model
    (dtype,) = {weights.dtype for weights in model.encoder.parameters()}
    assert dtype is (torch.bfloat16 if has_it else torch.float32)
    assert model.sru.start_action.dtype is torch.float32
