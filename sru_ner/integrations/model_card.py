"""Writes the card of a model for the Hugging Face hub."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.source import Source
from sru_ner.environment.version import __version__
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.labels import type_name
from sru_ner.rendering.markdown import markdown_table

_TEMPLATE = Path(__file__).with_name("model_card.md.j2")


def model_card(
    config: SruNerConfig, facts: dict[str, Any], *, name: str, licence: str
) -> ModelCard:
    """Write the card of a model: its types, training data, dev figures, use and limits.

    facts: content of `training.json`, or empty. name, licence: see `package_model`. A source that
    is in no catalog of this machine has no title and licence in the card.
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
