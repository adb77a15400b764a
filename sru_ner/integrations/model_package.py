"""Packages a trained model as a folder that others can use, with a model card.

The folder is ready for the Hugging Face hub; nothing is sent anywhere: `hf upload ORG/NAME FOLDER`
does that. Its files contain no path of the machine that trained the model.
"""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import torch
from safetensors.torch import load_file

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER, EMBEDDED_ON_HUB
from sru_ner.errors import InputError
from sru_ner.files import atomic_path, read_json, write_json, write_text
from sru_ner.inference.model_files import check_model_files, files_of_model
from sru_ner.inference.model_reference import training_facts
from sru_ner.inference.model_thresholds import THRESHOLDS_FILE, model_thresholds
from sru_ner.inference.onnx_encoder import ENCODER_FILE
from sru_ner.inference.selection import read_thresholds
from sru_ner.integrations.model_card import model_card
from sru_ner.integrations.model_figures import read_figures, read_unseen
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.labels import type_name
from sru_ner.model.weights import (
    WEIGHTS_FILE,
    check_digest,
    digest_file,
    finish_file,
    save_weights,
)

CARD = "README.md"
"""Name of the card in the folder."""
_WRITTEN = {CARD, THRESHOLDS_FILE, digest_file(Path(WEIGHTS_FILE)).name}
"""Names of files that a package may have and its model may lack."""


def package_model(
    model: Path,
    target: Path,
    *,
    name: str,
    licence: str | None = None,
    precision: Literal["fp32", "bf16"] = "fp32",
    evaluation: Path | None = None,
    unseen: Path | None = None,
) -> None:
    """Write the files of a model that inference needs, and a card, into a folder, atomically.

    name: `organisation/name` on the hub, or only a name. licence: licence of the weights, in the
    hub's notation, such as `apache-2.0`; None means that of an earlier package, or `other`. The
    user has to choose it with the licences of the corpora in mind. precision: of the weights in the
    file; bf16 halves it. In which precision a model computes does not depend on it. evaluation:
    `reports/<suite>/evaluation` with test figures of the model, for the card. unseen: the same of
    a suite whose models leave out corpora. Without these two, the figures of an earlier package
    stay. If thresholds were tuned for the evaluation, the package has them, and they are what
    counts by default. An older package at `target` is replaced.

    Raises `InputError` for a folder without a trained model, for an exported model, for a target
    with files that are not of a package, and for reports that cannot be read.
    """
    model, target = Path(model), Path(target)
    check_model_files(model)
    check_digest(model / WEIGHTS_FILE)
    if (model / ENCODER_FILE).is_file():
        raise InputError(
            f"the encoder is in {ENCODER_FILE}, which transformers cannot load",
            path=model,
            remedy="package the model that it was exported from",
        )
    # What the record of the run says becomes a part of training.json.
    files = sorted(files_of_model(model))
    _check_replaceable(target, model, {file.name for file in files} | _WRITTEN)
    facts = _portable(training_facts(model))
    config = read_json(model / "config.json", remedy="train the model again")
    thresholds: dict[str, float] = {}
    if evaluation is not None:
        facts["evaluation"] = read_figures(evaluation, facts.get("experiment"))
        thresholds = _tuned_thresholds(evaluation, facts, config)
    if unseen is not None:
        facts["unseen"] = read_unseen(unseen)
    facts["licence"] = licence or facts.get("licence", "other")
    if precision == "bf16":
        facts["weights"] = precision
    config["encoder"]["_name_or_path"] = facts.get("settings", {}).get("encoder", "")
    # Libraries load weights in this precision, whatever that in the file is.
    config["dtype"] = "float32"
    card = model_card(
        SruNerConfig.from_dict(config),
        facts,
        name=name,
        thresholds=thresholds or model_thresholds(model),
    )
    with atomic_path(target) as fresh:
        fresh.mkdir()
        _copy(files, fresh, precision)
        write_json(fresh / "config.json", config)
        write_json(fresh / "training.json", facts)
        if thresholds:
            write_json(fresh / THRESHOLDS_FILE, thresholds)
        write_text(fresh / CARD, str(card))


def _tuned_thresholds(
    evaluation: Path, facts: Mapping[str, Any], config: Mapping[str, Any]
) -> dict[str, float]:
    """Return the lowest score of each type of a model; nothing if none were tuned for it."""
    path = evaluation / THRESHOLDS_FILE
    if facts.get("experiment") not in read_json(path, remedy="run `sru-ner report`")["models"]:
        return {}
    default, by_type = read_thresholds(path, facts["experiment"])
    types = {type_name(label) for labels in config["inventories"].values() for label in labels}
    return {type_: by_type.get(type_, default) for type_ in sorted(types)}


def _copy(files: Iterable[Path], target: Path, precision: str) -> None:
    """Copy files of a model; weights are rounded to bf16 if that is the precision."""
    for file in files:
        if file.name == WEIGHTS_FILE and precision == "bf16":
            rounded = {
                name: each.to(torch.bfloat16) if each.is_floating_point() else each
                for name, each in load_file(file).items()
            }
            save_weights(rounded, target)
        else:
            copy = shutil.copyfile(file, target / file.name)
            if file.name == WEIGHTS_FILE:
                finish_file(copy)


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
    """Return the content of training.json with names of the encoder and of other models.

    Others can use these names; folders of this machine are nobody else's business.
    """
    settings = dict(facts.get("settings", {}))
    for key in ("encoder", "start_from", "teacher"):
        name = settings.get(key)
        if name == EMBEDDED_ENCODER:
            settings[key] = EMBEDDED_ON_HUB
        elif name is not None and Path(name).exists():
            settings[key] = Path(name).name
    return {**facts, "settings": settings} if facts else {}
