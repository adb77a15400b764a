"""Chooses the device that computes, and its precision."""

import torch

from sru_ner.errors import InputError


def torch_device(name: str | None = None) -> torch.device:
    """Return the device of this name; without a name, a GPU if there is one, else the CPU.

    Raises `InputError` for a name that torch does not know.
    """
    if name:
        try:
            return torch.device(name)
        except RuntimeError as error:
            raise InputError(
                f"there is no device {name!r}: {error}", remedy="use cpu, cuda or mps"
            ) from None
    if torch.cuda.is_available():
        return torch.device("cuda")
    return torch.device("cpu")


def use_bf16(precision: str, device: str | None = None) -> bool:
    """Tell whether the encoder computes in bf16.

    It does for `bf16`, and for `auto` if the device computes bf16 in hardware. device: see
    `torch_device`, whose errors it raises.
    """
    if precision == "auto":
        kind = torch_device(device).type
        if kind == "cuda":
            return torch.cuda.is_bf16_supported(including_emulation=False)
        flags = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
        return kind == "cpu" and flags
    return precision == "bf16"
