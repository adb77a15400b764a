"""Compiling the encoder, if this machine has a compiler for it."""

import importlib.util
import os
import shutil
import sys

import torch
from transformers import PreTrainedModel

from sru_ner.errors import InputError


def compile_encoder(encoder: PreTrainedModel, device: torch.device) -> None:
    """Let torch compile the encoder, in place, at its first forward pass.

    Parameters keep their names, and one program serves all lengths. Raises `InputError` if the
    device's compiler is missing.
    """
    if device.type == "cuda":
        if importlib.util.find_spec("triton") is None:
            raise InputError(
                "torch_compile needs the package triton on a GPU, and it is not installed",
                remedy="run `pip install triton`, or set torch_compile to false",
            )
    else:
        compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
        if shutil.which(compiler) is None:
            raise InputError(
                f"torch_compile needs the C++ compiler {compiler}, and it is not installed",
                remedy="install it, or set torch_compile to false",
            )
    encoder.compile(dynamic=True)
