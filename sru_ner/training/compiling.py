"""Compilation of the encoder, and whether this machine can do it."""

import importlib.util
import os
import shutil
import sys

import torch
from transformers import PreTrainedModel

from sru_ner.errors import InputError

_REMEDY = "install it, or set torch_compile to false"


def compile_encoder(encoder: PreTrainedModel, device: torch.device) -> None:
    """Have torch compile the encoder, in place, when it first runs; parameters keep their names.

    One program serves all lengths. Raises `InputError` where the device's compiler is missing.
    """
    if device.type == "cuda":
        if importlib.util.find_spec("triton") is None:
            raise InputError(
                "torch_compile needs the package triton on a GPU", remedy=f"pip {_REMEDY}"
            )
    else:
        compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
        if shutil.which(compiler) is None:
            raise InputError(
                f"torch_compile needs a C++ compiler, and there is no {compiler}", remedy=_REMEDY
            )
    encoder.compile(dynamic=True)
