"""Loads a trained model and its tokenizer from a folder.

A plain BERT is loaded without transformers, which takes longer to import than all the rest; any
other encoder with it.
"""

from pathlib import Path
from typing import Literal, get_args

import torch
from safetensors import safe_open
from torch import Tensor

from sru_ner.environment.device import torch_device, use_bf16
from sru_ner.errors import InputError, UnknownNameError, first_line
from sru_ner.inference.model_files import check_model_files
from sru_ner.inference.onnx_encoder import ENCODER_FILE, load_exported
from sru_ner.inference.tokenizer import load_tokenizer
from sru_ner.model.bert import BertEncoder, plain_bert
from sru_ner.model.description import Description
from sru_ner.model.network import Network, TrainedNetwork
from sru_ner.model.weights import WEIGHTS_FILE, check_digest
from sru_ner.model.wordpieces import Tokenizer

Precision = Literal["fp32", "bf16", "auto"]
"""Precision of an encoder that annotates; bf16 is faster on hardware that computes it, and `auto`
chooses it there."""


def load(
    folder: Path, device: str | None = None, *, precision: Precision = "fp32"
) -> tuple[Network, Tokenizer]:
    """Load a trained model, in evaluation mode, and its tokenizer.

    device: `cpu`, `cuda`, …; None means a GPU if there is one. precision: of the encoder's weights,
    and of the products with its word vectors; the steps of the recurrence compute in fp32. Raises
    `InputError` for a folder without a whole model and for a device that does not exist.
    """
    check_model_files(folder)
    precision = chosen_precision(folder, device, precision)
    if (folder / ENCODER_FILE).is_file():
        return load_exported(folder, device, precision)
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    model = _load_bert(folder, dtype) or _load_any(folder, dtype)
    _check_numbers(model, folder)
    tokenizer = load_tokenizer(folder, model.config)
    _move(model, torch_device(device))
    return model.eval(), tokenizer


def chosen_precision(
    folder: Path, device: str | None, precision: Precision
) -> Literal["fp32", "bf16"]:
    """Return the precision that `load` uses, with the arguments of `load`.

    `auto` is bf16 if the device computes it in hardware, and fp32 for an exported model. Raises
    `UnknownNameError` for another name, and `InputError` for a device that torch does not know.
    """
    if precision not in get_args(Precision):
        raise UnknownNameError("precision", precision, get_args(Precision))
    if precision == "auto" and (folder / ENCODER_FILE).is_file():
        return "fp32"
    return "bf16" if use_bf16(precision, device) else "fp32"


def _load_bert(folder: Path, dtype: torch.dtype) -> Network | None:
    """Load a model whose encoder is a plain BERT. dtype: of the encoder's weights.

    None if the encoder is another one, or the weights are not its own: transformers says what is
    wrong with them.
    """
    config = Description.of_folder(folder)
    settings = plain_bert(config.encoder)
    if settings is None:
        return None
    check_digest(folder / WEIGHTS_FILE)
    parts: dict[str, dict[str, Tensor]] = {"encoder": {}, "sru": {}}
    with safe_open(folder / WEIGHTS_FILE, framework="pt") as file:
        for name in file.keys():  # noqa: SIM118
            part, _, own = name.partition(".")
            # A copy: the mapped file changes if somebody copies another model into the folder.
            parts.setdefault(part, {})[own] = file.get_tensor(name).to(
                dtype if part == "encoder" else torch.float32, copy=True
            )
    try:
        encoder = BertEncoder.of_weights(settings, parts.pop("encoder"))
        model = TrainedNetwork(config, encoder, settings.hidden_size)
        model.sru.load_state_dict(parts.pop("sru"))
    except (RuntimeError, KeyError):
        return None
    model.name_or_path = str(folder)
    return None if parts else model


def _load_any(folder: Path, dtype: torch.dtype) -> Network:
    # Most models do not need it, and transformers takes long to import.
    from sru_ner.inference.any_encoder import load_any  # noqa: PLC0415

    model = load_any(folder)
    torch.nn.Module.to(model.encoder, dtype)
    return model


def _check_numbers(model: Network, folder: Path) -> None:
    """Check that all weights are numbers: a model with others finds nothing, without a word."""
    for name, weights in model.named_parameters():
        # The sum costs little, and it is finite only if all of them are.
        if not weights.sum().isfinite() and not weights.isfinite().all():
            raise InputError(
                f"the weights are damaged: some of {name} are not finite numbers",
                path=folder / WEIGHTS_FILE,
                remedy="copy or download the folder again; if it is as it was trained, train again"
                " with a lower learning rate",
            )


def _move(model: Network, device: torch.device) -> None:
    try:
        torch.nn.Module.to(model, device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise InputError(
            f"the device {str(device)!r} cannot be used: {first_line(error)}",
            remedy="use cpu, or a device that torch finds on this machine",
        ) from error
