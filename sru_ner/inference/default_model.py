"""Finds the models that come with an installation, and the one to use where none is named.

These are the models of installed model packages (`sru-ner package --wheel` makes such a package)
and, in a clone, the model in `models/released/`. Nothing of a model package is run: only its files
are read.
"""

import logging
import os
from importlib.metadata import entry_points
from pathlib import Path

from sru_ner.errors import InputError

VARIABLE = "SRU_NER_MODEL"
"""Environment variable with the model reference to use where none is named."""
ENTRY_POINTS = "sru_ner_models"
"""Group of entry points in which a model package names the folder that holds its model."""
RELEASED = Path(__file__).resolve().parents[2] / "models" / "released"
"""Folder of the released model, in the clone that this package is imported from."""

logger = logging.getLogger(__name__)


def installed_models() -> dict[str, Path]:
    """Return the models of installed model packages: name of the package → model folder."""
    found = {}
    for entry in entry_points(group=ENTRY_POINTS):
        if entry.dist is not None:
            found[entry.value] = Path(str(entry.dist.locate_file(entry.value)))
    return dict(sorted(found.items()))


def released_models() -> dict[str, Path]:
    """Return the models in the clone's `models/released/`: name of the folder → model folder."""
    if not (RELEASED.parents[1] / "pyproject.toml").is_file():  # this is no clone
        return {}
    return {file.parent.name: file.parent for file in sorted(RELEASED.glob("*/config.json"))}


def model_at_hand(name: str) -> Path | None:
    """Return the folder of an installed or released model; hyphens and underscores are alike."""
    models = {**released_models(), **installed_models()}
    alike = {known.replace("-", "_"): folder for known, folder in models.items()}
    return alike.get(name.replace("-", "_"))


def default_model() -> str:
    """Return the model reference to use where none is named, and log it.

    It is the one in the environment variable `SRU_NER_MODEL`; else the only installed model; else
    the only released model of this clone. Raises `InputError` if there is none, or several.
    """
    if reference := os.environ.get(VARIABLE):
        return _chosen(reference, f"{VARIABLE} names it")
    for models, kind in ((installed_models(), "installed"), (released_models(), "released")):
        if len(models) == 1:
            return _chosen(str(next(iter(models.values()))), f"it is the {kind} model")
        if models:
            raise InputError(
                f"no model is named, and several are {kind}: {', '.join(models)}",
                remedy=f"name one of them, or set {VARIABLE}",
            )
    raise InputError(
        "no model is named, and there is none to use by default",
        remedy="name a model folder, models:/name@alias or a hub id, or set it as"
        f" {VARIABLE}; or install a model package (`pip install sru_ner_biomed_small-….whl`); or"
        " use a clone of sru-ner, which has a model in models/released/",
    )


def _chosen(reference: str, why: str) -> str:
    logger.info("no model was named: %s is used (%s)", reference, why)
    return reference
