"""The device that computes, and whether it computes in bf16."""

import torch

from sru_ner.errors import InputError


def torch_device(name: str | None = None) -> torch.device:
    """The device asked for, or a GPU when there is one."""
    if name:
        try:
            return torch.device(name)
        except RuntimeError as error:
            raise InputError(
                f"no device {name!r}: {error}", remedy="use cpu, cuda or mps"
            ) from None
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("cpu")


def use_bf16(precision: str) -> bool:
    """Whether the encoder computes in bf16: asked for, or `auto` on a device made for it."""
    if precision == "auto":
        if torch_device().type == "cuda":
            return torch.cuda.is_bf16_supported(including_emulation=False)
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return precision == "bf16"
