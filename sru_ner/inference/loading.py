"""Loads a trained model and its tokenizer from a folder."""

from pathlib import Path
from typing import Literal, get_args

import torch
from huggingface_hub.errors import StrictDataclassError
from transformers import PreTrainedTokenizerBase

from sru_ner.environment.device import torch_device
from sru_ner.errors import InputError, UnknownNameError, first_line
from sru_ner.inference.model_files import check_model_files
from sru_ner.inference.onnx_encoder import ENCODER_FILE, load_exported
from sru_ner.inference.tokenizer import load_tokenizer
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.weights import WEIGHTS_FILE

Precision = Literal["fp32", "bf16"]
"""Precision of an encoder that annotates; bf16 is faster on hardware that computes it."""


def load(
    folder: Path, device: str | None = None, *, precision: Precision = "fp32"
) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    """Load a trained model, in evaluation mode, and its tokenizer.

    device: `cpu`, `cuda`, …; None means a GPU if there is one. precision: of the encoder's weights
    and products; the recurrence always computes in fp32. Raises `InputError` for a folder without a
    whole model and for a device that does not exist.
    """
    if precision not in get_args(Precision):
        raise UnknownNameError("precision", precision, get_args(Precision))
    check_model_files(folder)
    if (folder / ENCODER_FILE).is_file():
        exported, tokenizer = load_exported(folder, device, precision)
        return _detached(exported), tokenizer
    try:
        model = SruNerModel.from_pretrained(
            str(folder),
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=False,
            dtype=torch.float32,
        )
    except (OSError, ValueError, StrictDataclassError) as error:
        raise InputError(
            f"the model cannot be loaded: {first_line(error)}",
            path=folder,
            remedy="train it again: `sru-ner train` writes complete folders",
        ) from error
    except RuntimeError as error:
        if "mismatched_sizes" not in str(error):
            raise
        raise InputError(  # transformers has listed the weights on stderr
            "the weights do not fit the sizes in config.json",
            path=folder,
            remedy="copy or download the whole folder again: its files are of different models",
        ) from error
    _check_numbers(model, folder)
    tokenizer = load_tokenizer(folder, model.config)
    _move(model, torch_device(device))
    if precision == "bf16":
        torch.nn.Module.to(model.encoder, torch.bfloat16)
    return _detached(model).eval(), tokenizer


def _detached(model: SruNerModel) -> SruNerModel:
    """Copy the weights into memory: they are mapped from the file.

    If somebody copied another model into the folder, the weights would change or the process crash.
    """
    for weights in (*model.parameters(), *model.buffers()):
        weights.data = weights.data.clone()
    return model


def _check_numbers(model: SruNerModel, folder: Path) -> None:
    """Check that all weights are numbers: a model with others finds nothing, without a word."""
    for name, weights in model.named_parameters():
        if not weights.isfinite().all():
            raise InputError(
                f"the weights are damaged: some of {name} are not finite numbers",
                path=folder / WEIGHTS_FILE,
                remedy="copy or download the folder again; if it is as it was trained, train again"
                " with a lower learning rate",
            )


def _move(model: SruNerModel, device: torch.device) -> None:
    try:
        torch.nn.Module.to(model, device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InputError(
            f"the device {str(device)!r} cannot be used: {first_line(error)}",
            remedy="use cpu, or a device that torch finds on this machine",
        ) from error
