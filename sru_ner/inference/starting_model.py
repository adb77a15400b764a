"""Finds and loads the model that a training starts from."""

from pathlib import Path

from sru_ner.errors import InputError
from sru_ner.inference.any_encoder import load_any
from sru_ner.inference.model_files import check_model_files
from sru_ner.inference.model_reference import model_folder, resolve_model, training_facts
from sru_ner.inference.onnx_encoder import ENCODER_FILE
from sru_ner.inference.tokenizer import of_transformers
from sru_ner.training.start import StartingModel


def starting_folder(reference: str) -> Path:
    """Return the folder of the model that a reference names, after a check of its files.

    reference: see `model_reference`. Raises `InputError` for a folder without a whole model, and
    for one that was exported to ONNX, whose weights cannot be trained.
    """
    folder = model_folder(resolve_model(reference))
    check_model_files(folder)
    if (folder / ENCODER_FILE).is_file():
        raise InputError(
            "a model that was exported to ONNX cannot be trained further",
            path=folder,
            remedy="name the model that it was exported from",
        )
    return folder


def starting_model(reference: str) -> StartingModel:
    """Load the model that a reference names, in fp32 on the CPU, with its tokenizer.

    Raises the errors of `starting_folder`, and `InputError` for damaged files.
    """
    folder = starting_folder(reference)
    return StartingModel(load_any(folder), of_transformers(folder), training_facts(folder))
