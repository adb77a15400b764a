"""A trained model as a folder for the Hugging Face hub, with a model card.

Nothing is sent anywhere: `hf upload ORG/NAME FOLDER` does that. The folder names no path of the
machine that trained the model.
"""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.source import Source
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER, EMBEDDED_ON_HUB
from sru_ner.environment.version import __version__
from sru_ner.errors import InputError
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.inference.model_reference import training_facts
from sru_ner.inference.onnx_encoder import ENCODER_FILE
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.labels import type_name
from sru_ner.rendering.markdown import markdown_table

_TEMPLATE = Path(__file__).with_name("model_card.md.j2")
CARD = "README.md"
WEIGHTS = "model.safetensors"


def package_model(model: Path, target: Path, *, name: str, licence: str) -> None:
    """Write a model folder's files and a card into the folder `target`, atomically.

    name: `organisation/name` on the hub, or a name only. licence: of the weights, an identifier of
    the hub such as `apache-2.0`; it is the user's to choose, in view of the corpora's own. An
    older package at `target` is replaced. Raises `InputError` for a folder without a trained model,
    for one that was exported, and for a target that holds anything that a package does not.
    """
    model, target = Path(model), Path(target)
    if not (model / WEIGHTS).is_file():
        raise InputError(
            "the folder holds no trained model", path=model, remedy="see `ls models/*`"
        )
    if (model / ENCODER_FILE).is_file():
        raise InputError(
            f"the encoder is in {ENCODER_FILE}, which transformers does not load",
            path=model,
            remedy="package the model that it was exported from",
        )
    files = [file for file in sorted(model.iterdir()) if file.is_file()]
    _check_replaceable(target, model, {file.name for file in files} | {CARD})
    facts = _portable(training_facts(model))
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
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
    """A clone of a repository, say, has a card as well, and a history that would be lost."""
    if not target.exists():
        return
    if target.resolve() == model.resolve() or not target.is_dir():
        raise InputError("is there already", path=target, remedy="name a new folder")
    if foreign := sorted({entry.name for entry in target.iterdir()} - packaged):
        raise InputError(
            f"holds what a package does not: {', '.join(foreign[:3])}",
            path=target,
            remedy="name a new folder",
        )


def _portable(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What training wrote, with the encoder called as others can find it."""
    settings = dict(facts.get("settings", {}))
    encoder = settings.get("encoder")
    if encoder == EMBEDDED_ENCODER:
        settings["encoder"] = EMBEDDED_ON_HUB
    elif encoder is not None and Path(encoder).exists():
        settings["encoder"] = Path(encoder).name
    return {**facts, "settings": settings} if facts else {}


def model_card(
    config: SruNerConfig, facts: dict[str, Any], *, name: str, licence: str
) -> ModelCard:
    """Describe a model: what it marks, what taught it, dev figures, how it is used, its limits.

    facts: of `training.json`, or empty. Sources that are in no catalog of this machine are named
    without title and licence.
    """
    catalog = load_catalog()
    sources = [
        _source(source, config, catalog.get(source)) for source in sorted(config.inventories)
    ]
    figures = dict(facts.get("figures", {}))
    dev = {
        key.partition(".")[2]: value
        for key, value in sorted(figures.items())
        if key.startswith("dev_micro_f1.")
    }
    settings = facts.get("settings", {})
    encoder = settings.get("encoder", "")
    data = ModelCardData(
        language="en",
        license=licence,
        library_name="sru-ner",
        pipeline_tag="token-classification",
        tags=["biomedical", "named-entity-recognition", "nested-ner", "sru-ner"],
        base_model=encoder if encoder.count("/") == 1 else None,
        model_name=name,
        metrics=["f1"],
        eval_results=list(_results(dev, catalog)) or None,
    )
    return ModelCard.from_template(
        data,
        template_str=_TEMPLATE.read_text(encoding="utf-8"),
        name=name,
        version=__version__,
        types=sorted({type_name(label) for label in config.labels}),
        sources=sources,
        settings=settings,
        experiment=facts.get("experiment"),
        commit=facts.get("environment", {}).get("git_commit"),
        figures=figures,
        corpora_table=_corpora_table(sources),
        dev=dev,
        dev_table=_dev_table(dev),
        excluded=sum(facts.get("excluded", {}).values()),
        config=config,
    )


def _source(name: str, config: SruNerConfig, entry: Source | None) -> dict[str, Any]:
    covers = config.covers.get(name, {})
    return {
        "name": name,
        "title": entry.title if entry else name,
        "homepage": entry.homepage if entry else None,
        "licence": entry.licence if entry else "not in the catalog",
        "citation": entry.citation if entry else None,
        "types": sorted({type_name(label) for label in config.inventories[name]}),
        "covers": {coarse: sorted(finer) for coarse, finer in sorted(covers.items()) if finer},
    }


def _corpora_table(sources: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for source in sources:
        title, homepage = source["title"], source["homepage"]
        linked = f"[{title}]({homepage})" if homepage else title
        named = f"{linked} (`{source['name']}`)"
        rows.append((named, ", ".join(source["types"]), source["licence"]))
    return markdown_table(("corpus", "types its annotators marked", "licence"), rows)


def _dev_table(dev: Mapping[str, float]) -> str:
    rows = [(f"`{source}`", f"{value:.1f}") for source, value in dev.items()]
    return markdown_table(("corpus", "dev micro F1 (%)"), rows, numbers=1)


def _results(dev: dict[str, float], catalog: dict[str, Source]) -> Iterator[EvalResult]:
    for source, value in dev.items():
        yield EvalResult(
            task_type="token-classification",
            task_name="Named-entity recognition",
            dataset_type=source,
            dataset_name=catalog[source].title if source in catalog else source,
            dataset_split="dev",
            metric_type="f1",
            metric_name="Micro F1, exact mentions (%)",
            metric_value=round(value, 2),
        )
