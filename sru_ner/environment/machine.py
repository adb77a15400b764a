"""Describes the code, packages and hardware of a training run, for the record with its weights."""

import importlib.metadata
import platform
from pathlib import Path
from typing import Any

import torch

from sru_ner.environment.provenance import git_revision
from sru_ner.environment.version import __version__

_PACKAGES = ("torch", "transformers", "numpy", "pyarrow")


def describe_environment(device: torch.device) -> dict[str, Any]:
    """Return the git commit, device, number of threads and versions, as JSON values."""
    revision = git_revision(Path.cwd())
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else _processor()
    return {
        "git_commit": revision.commit,
        "git_dirty": revision.dirty,
        "device": f"{device.type}: {name}",
        "threads": torch.get_num_threads(),
        "python": platform.python_version(),
        "sru_ner": __version__,
        "packages": {package: importlib.metadata.version(package) for package in _PACKAGES},
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.machine()
