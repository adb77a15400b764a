"""Checks the files of a model folder, before libraries read them.

Libraries report a damaged file in their own terms, or take what is missing for empty: a tokenizer
without a vocabulary knows no word, and a model with it finds nothing.
"""

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open

from sru_ner.errors import InputError, first_line
from sru_ner.files import read_json
from sru_ner.model.description import CONFIG_FILE, Description
from sru_ner.model.run_record import RUN_RECORD
from sru_ner.model.weights import WEIGHTS_FILE

MODEL_FILES = ("*.json", "*.safetensors", "*.onnx", "*.txt", "*.model")
"""Patterns of the files that make a model: settings, training facts, weights and tokenizer."""

_TOKENIZER_CONFIG = "tokenizer_config.json"
_VOCABULARIES = ("tokenizer.json", "vocab.txt", "vocab.json", "*.model")
_POINTER = b"version https://git-lfs.github.com/spec/"
_ANOTHER = "name a folder that `sru-ner train` or `sru-ner package` wrote"
_AGAIN = "copy or download the folder again"


def files_of_model(folder: Path) -> set[Path]:
    """Return the paths of a model's files in its folder, without the record of its training run."""
    return {file for each in MODEL_FILES for file in folder.glob(each)} - {folder / RUN_RECORD}


def check_model_files(folder: Path) -> None:
    """Check that a folder has the files of a trained model, and that none is cut off.

    Raises `InputError` for a missing file, for a pointer of Git LFS in place of a file, for weights
    that are not complete, and for a model of another kind.
    """
    if not (folder / WEIGHTS_FILE).is_file():
        raise InputError(
            f"the folder holds no trained model: there is no {WEIGHTS_FILE}",
            path=folder,
            remedy="name a folder that `sru-ner train` wrote, such as models/demo/together_dynamic",
        )
    if not (folder / CONFIG_FILE).is_file():
        raise InputError(
            f"the folder holds no model of sru-ner: there is no {CONFIG_FILE}",
            path=folder,
            remedy=_ANOTHER,
        )
    for file in sorted(file for pattern in MODEL_FILES for file in folder.glob(pattern)):
        _check_pointer(file)
    _check_config(folder / CONFIG_FILE)
    try:
        with safe_open(folder / WEIGHTS_FILE, framework="pt"):
            pass
    except SafetensorError as error:
        raise InputError(
            f"the weights are damaged or not complete ({first_line(error)})",
            path=folder / WEIGHTS_FILE,
            remedy=_AGAIN,
        ) from None
    for patterns in ((_TOKENIZER_CONFIG,), _VOCABULARIES):
        if not any(found for pattern in patterns for found in folder.glob(pattern)):
            raise InputError(
                f"the tokenizer is not complete: there is no {patterns[0]}",
                path=folder,
                remedy=f"{_AGAIN}, with all of its files",
            )


def _check_pointer(file: Path) -> None:
    with file.open("rb") as stream:
        start = stream.read(len(_POINTER))
    if start == _POINTER:
        raise InputError(
            "this is a pointer of Git LFS, not the file itself",
            path=file,
            remedy="run `git lfs pull` in the repository that it is from",
        )


def _check_config(file: Path) -> None:
    config = read_json(file, remedy=_AGAIN)
    kind = config.get("model_type") if isinstance(config, Mapping) else None
    if kind != Description.model_type:
        remedy = _ANOTHER
        if kind is not None:
            remedy += "; an encoder becomes such a model by training (`train.encoder`)"
        raise InputError(
            "this is no model of sru-ner"
            + (f", but one of the type {kind!r}" if kind is not None else ""),
            path=file,
            remedy=remedy,
        )
    encoder = config.get("encoder")
    if not (isinstance(encoder, Mapping) and "model_type" in encoder and config.get("inventories")):
        raise InputError(
            "the file does not say which encoder and which types the model has",
            path=file,
            remedy=_AGAIN,
        )
