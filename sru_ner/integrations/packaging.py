"""Packages a trained model as a folder for the Hugging Face hub, with a model card.

Nothing is sent anywhere: `hf upload ORG/NAME FOLDER` does that. The files in the folder contain no
path of the machine that trained the model.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER, EMBEDDED_ON_HUB
from sru_ner.errors import InputError
from sru_ner.files import atomic_path, read_json, write_json, write_text
from sru_ner.inference.model_reference import training_facts
from sru_ner.inference.onnx_encoder import ENCODER_FILE
from sru_ner.integrations.model_card import model_card
from sru_ner.model.configuration import SruNerConfig

CARD = "README.md"
"""Name of the card in the folder."""
WEIGHTS = "model.safetensors"
"""Name of the file of the weights."""


def package_model(model: Path, target: Path, *, name: str, licence: str) -> None:
    """Write the files of a model folder and a model card into the folder `target`, atomically.

    name: `organisation/name` on the hub, or only a name. licence: licence of the weights, in the
    hub's notation, such as `apache-2.0`. The user has to choose it with the licences of the corpora
    in mind. An older package at `target` is replaced. Raises `InputError` for a folder without a
    trained model, for an exported model, and for a target with files that are not of a package.
    """
    model, target = Path(model), Path(target)
    if not (model / WEIGHTS).is_file():
        raise InputError(
            "the folder holds no trained model",
            path=model,
            remedy="look for one with `ls models/*`",
        )
    if (model / ENCODER_FILE).is_file():
        raise InputError(
            f"the encoder is in {ENCODER_FILE}, which transformers cannot load",
            path=model,
            remedy="package the model that it was exported from",
        )
    files = [file for file in sorted(model.iterdir()) if file.is_file()]
    _check_replaceable(target, model, {file.name for file in files} | {CARD})
    facts = _portable(training_facts(model))
    config = read_json(model / "config.json", remedy="train the model again")
    config["encoder"]["_name_or_path"] = facts.get("settings", {}).get("encoder", "")
    card = model_card(SruNerConfig.from_dict(config), facts, name=name, licence=licence)
    with atomic_path(target) as fresh:
        fresh.mkdir()
        for file in files:
            shutil.copyfile(file, fresh / file.name)
        write_json(fresh / "config.json", config)
        if facts:
            write_json(fresh / "training.json", facts)
        write_text(fresh / CARD, str(card))


def _check_replaceable(target: Path, model: Path, packaged: set[str]) -> None:
    """Raise `InputError` for a target with other files, such as the history of a clone."""
    if not target.exists():
        return
    if target.resolve() == model.resolve() or not target.is_dir():
        raise InputError("this exists already", path=target, remedy="name a new folder")
    if foreign := sorted({entry.name for entry in target.iterdir()} - packaged):
        raise InputError(
            f"the folder holds files that are not of a package ({', '.join(foreign[:3])})",
            path=target,
            remedy="name a new folder",
        )


def _portable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of training.json with a name of the encoder that others can use."""
    settings = dict(facts.get("settings", {}))
    encoder = settings.get("encoder")
    if encoder == EMBEDDED_ENCODER:
        settings["encoder"] = EMBEDDED_ON_HUB
    elif encoder is not None and Path(encoder).exists():
        settings["encoder"] = Path(encoder).name
    return {**facts, "settings": settings} if facts else {}
