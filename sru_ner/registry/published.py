"""Puts files about a version into the store: with its run, and into its model."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from mlflow import MlflowClient

from sru_ner.files import write_text
from sru_ner.registry.records import VersionRecord

FOLDER = "review"
"""Folder of a run's artifacts with the reviews of its version."""
_LOGGED = "MLmodel"
"""File at the root of a logged model."""


def log_files(
    client: MlflowClient, record: VersionRecord, files: Sequence[Path]
) -> dict[Path, str]:
    """Log files with the run of a version; return where each is in MLflow's web interface.

    The place follows the URL of the store. Nothing is logged if the version has no run.
    """
    if record.run_id is None:
        return {}
    for file in files:
        client.log_artifact(record.run_id, str(file), FOLDER)
    run = f"#/experiments/{record.experiment_id}/runs/{record.run_id}"
    return {file: f"{run}/artifacts/{FOLDER}/{file.name}" for file in files}


def add_to_model(
    client: MlflowClient, record: VersionRecord, model: Path, texts: Mapping[str, str]
) -> bool:
    """Write text files into the folder of a registered model, in the store.

    model: local copy of this folder, which `resolve` returned. texts: file name → content. Returns
    whether it was possible: the version may not say which logged model it was made from.
    """
    root = next((each for each in model.parents if (each / _LOGGED).is_file()), None)
    if root is None or record.model_id is None:
        return False
    with tempfile.TemporaryDirectory() as workspace:
        for name, text in texts.items():
            write_text(Path(workspace, name), text)
        inside = model.relative_to(root).as_posix()
        client.log_model_artifacts(record.model_id, workspace, inside)
    return True


def set_tags(client: MlflowClient, record: VersionRecord, tags: Mapping[str, str]) -> None:
    """Set tags of a version; others stay."""
    for key, value in tags.items():
        client.set_model_version_tag(record.name, record.version, key, value)
