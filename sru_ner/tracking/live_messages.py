"""What a training tells the process that logs it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Value = tuple[str, float, int, int]
"""Key, value, milliseconds since 1970 and step of a metric."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What is known when a training begins, as JSON values."""

    root: str
    """The project's root."""
    mlflow_experiment: str
    """Name of the MLflow experiment."""
    suite: str
    experiment: str
    settings: Mapping[str, Any]
    data: Any
    """Content of the manifest: the digests of the data."""


def live_lock(suite: str, experiment: str) -> str:
    """Return the name of the lock that is held in the project's root until all is logged."""
    return f"live@{suite}@{experiment}"
