"""What a user may name a trained model by."""

from pathlib import Path

REGISTRY = "models:/"


def resolve_model(model: Path | str) -> Path | str:
    """The folder behind `models:/name@alias`; a folder or hub id is given back as it is.

    Raises `InputError` for a registry or model that is not there.
    """
    if not str(model).startswith(REGISTRY):
        return model
    # Only users of a registry need MLflow.
    from sru_ner.tracking.registry import resolve  # noqa: PLC0415

    return resolve(str(model))
