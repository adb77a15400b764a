"""Loads a trained model and its tokenizer from a folder."""

from pathlib import Path
from typing import Literal, get_args

import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from sru_ner.environment.device import torch_device
from sru_ner.errors import InputError, UnknownNameError, first_line
from sru_ner.inference.onnx_encoder import ENCODER_FILE, load_exported
from sru_ner.model.modeling import SruNerModel

Precision = Literal["fp32", "bf16"]
"""Precision of an encoder that annotates; bf16 is faster on hardware that computes it."""


def load(
    folder: Path, device: str | None = None, *, precision: Precision = "fp32"
) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    """Load a trained model, in evaluation mode, and its tokenizer.

    device: `cpu`, `cuda`, …; None means a GPU if there is one. precision: of the encoder's weights
    and products; the recurrence always computes in fp32. Raises `InputError` for a folder without a
    model and for a device that does not exist.
    """
    if precision not in get_args(Precision):
        raise UnknownNameError("precision", precision, get_args(Precision))
    if not (folder / "model.safetensors").is_file():
        raise InputError(
            "the folder holds no trained model: there is no model.safetensors",
            path=folder,
            remedy="name a folder that `sru-ner train` wrote, such as models/demo/together_dynamic",
        )
    if (folder / ENCODER_FILE).is_file():
        return load_exported(folder, device, precision)
    try:
        model = SruNerModel.from_pretrained(
            str(folder), use_safetensors=True, local_files_only=True
        )
        tokenizer = AutoTokenizer.from_pretrained(
            str(folder), config=model.config, local_files_only=True
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"the model cannot be loaded: {first_line(error)}",
            path=folder,
            remedy="train it again: `sru-ner train` writes complete folders",
        ) from error
    _move(model, torch_device(device))
    if precision == "bf16":
        torch.nn.Module.to(model.encoder, torch.bfloat16)
    return model.eval(), tokenizer


def _move(model: SruNerModel, device: torch.device) -> None:
    try:
        torch.nn.Module.to(model, device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InputError(
            f"the device {str(device)!r} cannot be used: {first_line(error)}",
            remedy="use cpu, or a device that torch finds on this machine",
        ) from error
