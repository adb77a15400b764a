"""Finds the files of a model inside a logged MLflow model."""

from pathlib import Path

import mlflow

ARTIFACT = "model"
"""Key of the folder in Hugging Face form among the artifacts of a logged model."""


def hugging_face_folder(logged: Path) -> Path:
    """Return the folder in Hugging Face form inside the folder of a logged model."""
    flavors = mlflow.models.Model.load(str(logged)).flavors
    return Path(logged, flavors["python_function"]["artifacts"][ARTIFACT]["path"])
