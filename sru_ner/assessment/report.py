"""Write the sample into two folders: one quotes the corpora, the other has only figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sru_ner.assessment.exports.csv_table import to_csv
from sru_ner.assessment.exports.label_studio import label_config, to_tasks
from sru_ner.assessment.exports.page import to_page
from sru_ner.assessment.sample import Sample, SampledSentence
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.rendering.markdown import markdown_table
from sru_ner.settings.params import Params

SCHEMA_VERSION = 1


def write_sample(
    folder: Path, sample: Sample, sentences: Sequence[SampledSentence], params: Params
) -> None:
    """Write the sample in all formats into a folder, which replaces the old one.

    The files quote the corpora, so DVC keeps them and git does not.
    """
    model = params.assess.experiment
    page = to_page(sample, sentences, suite=params.suite, model=model, split=params.evaluate.split)
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        write_text(fresh / "sample.csv", to_csv(sentences))
        write_json(fresh / "sample.label_studio.json", to_tasks(sentences, model=model))
        types = [stratum.type for stratum in sample.strata]
        write_text(fresh / "label_config.xml", label_config(types))
        write_text(fresh / "index.html", page)


def write_summary(folder: Path, sample: Sample, params: Params) -> None:
    """Write the numbers of all and of drawn predictions, without corpus text."""
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        write_json(fresh / "strata.json", strata_json(sample, params))
        write_text(fresh / "summary.md", summary_markdown(sample, params))


def strata_json(sample: Sample, params: Params) -> dict[str, Any]:
    """Return sizes and weights of all strata and the settings of the draw, for JSON."""
    return {
        "schema_version": SCHEMA_VERSION,
        "suite": params.suite,
        "model": params.assess.experiment,
        "split": params.evaluate.split,
        "seed": params.assess.seed,
        "per_stratum": params.assess.per_stratum,
        "score_bands": list(params.assess.score_bands),
        "predictions": sum(stratum.size for stratum in sample.strata),
        "drawn": len(sample.mentions),
        "outside_bands": sample.outside_bands,
        "strata": [
            {
                "stratum": stratum.name,
                "tested": stratum.tested,
                "type": stratum.type,
                "low": stratum.low,
                "high": stratum.high,
                "size": stratum.size,
                "drawn": stratum.drawn,
                "weight": round(stratum.weight, 6),
            }
            for stratum in sample.strata
        ],
    }


def summary_markdown(sample: Sample, params: Params) -> str:
    """Return the strata as Markdown."""
    predictions = sum(stratum.size for stratum in sample.strata)
    text = (
        f"# {params.suite}: sample for assessment\n\n"
        f"Predictions of `{params.assess.experiment}` on the {params.evaluate.split} split, of"
        f" types that the tested corpus never annotated: {predictions} in the score bands,"
        f" {sample.outside_bands} outside them; {len(sample.mentions)} drawn.\n"
    )
    if not sample.strata:
        return text
    rows = [(s.tested, s.type, f"{s.low:g}–{s.high:g}", s.size, s.drawn) for s in sample.strata]
    headings = ("tested", "type", "score", "predictions", "drawn")
    return f"{text}\n{markdown_table(headings, rows, numbers=2)}"
