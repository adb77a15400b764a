"""Where the files of a model lie inside a logged MLflow model."""

from pathlib import Path

import mlflow

ARTIFACT = "model"
"""Key of the folder in Hugging Face form among a logged model's artifacts."""


def hugging_face_folder(logged: Path) -> Path:
    """The folder in Hugging Face form inside a logged model's folder."""
    flavors = mlflow.models.Model.load(str(logged)).flavors
    return Path(logged, flavors["python_function"]["artifacts"][ARTIFACT]["path"])
