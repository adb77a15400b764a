"""Writes the card of a model, in the form of the Hugging Face hub."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from huggingface_hub import EvalResult, ModelCard, ModelCardData

from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.source import Source
from sru_ner.environment.version import __version__
from sru_ner.integrations.model_figures import weaknesses
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.labels import type_name
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.markdown import markdown_table

_TEMPLATE = Path(__file__).with_name("model_card.md.j2")


def model_card(
    config: SruNerConfig,
    facts: Mapping[str, Any],
    *,
    name: str,
    thresholds: Mapping[str, float] | None = None,
) -> ModelCard:
    """Write the card of a model: its types, sources, figures, weak sides, making, use and limits.

    facts: content of `training.json`, to which `package_model` adds `licence` and perhaps
    `weights`, `evaluation` and `unseen`. name: see `package_model`. thresholds: lowest score of
    each type that the model has by default. A source that is in no catalog of this machine has no
    title and licence in the card.
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
    evaluation = facts.get("evaluation")
    types = config.types
    data = ModelCardData(
        language="en",
        license=facts["licence"],
        library_name="sru-ner",
        pipeline_tag="token-classification",
        tags=["biomedical", "named-entity-recognition", "nested-ner", "sru-ner"],
        base_model=encoder if encoder.count("/") == 1 else None,
        model_name=name,
        metrics=["f1"],
        eval_results=list(_results(evaluation, dev, catalog)) or None,
    )
    card = ModelCard.from_template(
        data,
        template_str=_TEMPLATE.read_text(encoding="utf-8"),
        name=name,
        version=__version__,
        types=types,
        licence=facts["licence"],
        sources=sources,
        settings=settings,
        experiment=facts.get("experiment"),
        environment=facts.get("environment", {}),
        figures=figures,
        hours=(figures.get("seconds", 0) + figures.get("first_model_seconds", 0)) / 3600,
        weights=facts.get("weights"),
        thresholds=", ".join(f"{type_} {least:.2f}" for type_, least in (thresholds or {}).items()),
        evaluation=evaluation,
        test_table=_figures_table(evaluation["corpora"]) if evaluation else "",
        taught=len({row["corpus"] for row in evaluation["corpora"]} & set(config.inventories))
        if evaluation
        else 0,
        types_table=_figures_table(evaluation["types"], "type") if evaluation else "",
        weaknesses=weaknesses(evaluation["types"]) if evaluation else [],
        untested=_untested(types, evaluation),
        unseen_table=_figures_table(facts["unseen"], "model") if facts.get("unseen") else "",
        corpora_table=_corpora_table(sources),
        dev=dev,
        dev_table=_dev_table(dev),
        excluded=sum(facts.get("excluded", {}).values()),
        config=config,
        starts=list(_starts(facts)),
        teacher=facts.get("teacher"),
    )
    # Parts that a model does not have leave empty lines behind.
    return ModelCard(re.sub(r"\n{3,}", "\n\n", str(card)))


def _starts(facts: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Return the models that a training went on from, the last one first."""
    while former := facts.get("start"):
        yield former
        facts = former


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


def _figures_table(rows: Sequence[Mapping[str, Any]], further: str | None = None) -> str:
    """Return a table of rows of `model_figures`. further: a column that they have besides."""
    texts = ("corpus",) if further is None else ("corpus", further)
    cells = [
        (
            *(f"`{row[key]}`" if key != "type" else row[key] for key in texts),
            f"{row['gold']:,}",
            *(percent(row[name]) for name in ("precision", "recall", "f1")),
            "–" if row["low"] is None else f"{percent(row['low'])} to {percent(row['high'])}",
        )
        for row in rows
    ]
    headings = (*texts, "gold mentions", "precision", "recall", "F1", "95 % interval of F1")
    return markdown_table(headings, cells, numbers=5)


def _untested(types: Sequence[str], evaluation: Mapping[str, Any] | None) -> list[str]:
    if evaluation is None:
        return []
    return sorted(set(types) - {row["type"] for row in evaluation["types"]})


def _results(
    evaluation: Mapping[str, Any] | None, dev: Mapping[str, float], catalog: Mapping[str, Source]
) -> Iterator[EvalResult]:
    """Yield the micro F1 of each corpus: on its test split, or on dev if there is no evaluation."""
    split = evaluation["split"] if evaluation else "dev"
    if evaluation:
        values = {row["corpus"]: 100 * row["f1"] for row in evaluation["corpora"] if row["f1"]}
    else:
        values = dict(dev)
    for source, value in values.items():
        yield EvalResult(
            task_type="token-classification",
            task_name="Named-entity recognition",
            dataset_type=source,
            dataset_name=catalog[source].title if source in catalog else source,
            dataset_split=split,
            metric_type="f1",
            metric_name="Micro F1, exact mentions (%)",
            metric_value=round(value, 2),
        )
