"""Write a sample into two folders: one quotes the texts, the other has only figures."""

from pathlib import Path
from typing import Any

from sru_ner.assessment.exports.formats import write_exports
from sru_ner.assessment.exports.page import to_page
from sru_ner.assessment.items import ITEMS, make_items, write_items
from sru_ner.assessment.key import KEY, key_table, write_key
from sru_ner.assessment.sample import Sample
from sru_ner.errors import InputError
from sru_ner.files import atomic_path, write_json, write_text
from sru_ner.rendering.amounts import counted
from sru_ner.rendering.markdown import markdown_table

SCHEMA_VERSION = 2


def check_folder(folder: Path) -> None:
    """Raise `InputError` for a folder that holds something, but no sample, which would be lost."""
    if (
        folder.exists()
        and not (folder / ITEMS).exists()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise InputError(
            "this is there, and it is no sample", path=folder, remedy="name a new folder"
        )


def write_sample(folder: Path, sample: Sample, *, split: str | None, guidelines: str = "") -> None:
    """Write the sample into a folder, which replaces the old one.

    It gets the items, their key, and for each assessor a folder with the page and all exports. The
    files quote the texts, so DVC keeps them and git does not. split: that of the corpora, if the
    texts are of corpora. guidelines: plain text that the pages show first.
    """
    items = make_items(sample.items)
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        write_items(fresh / ITEMS, items.items)
        write_key(fresh / KEY, key_table(sample, split=split, digest=items.digest))
        for number in range(1, sample.assessors + 1):
            own, name = fresh / f"assessor-{number}", f"assessor {number}"
            own.mkdir()
            page = to_page(
                items.of(number), sample=items.digest, assessor=name, guidelines=guidelines
            )
            write_text(own / "index.html", page)
            write_exports(own, items.of(number), items.types)


def write_summary(folder: Path, sample: Sample, settings: dict[str, Any]) -> None:
    """Write the numbers of all and of drawn items, without corpus text.

    settings: how the sample was drawn, as JSON values; they need `suite`, `models` and `split`.
    """
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        write_json(fresh / "strata.json", strata_json(sample, settings))
        write_text(fresh / "summary.md", summary_markdown(sample, settings))


def strata_json(sample: Sample, settings: dict[str, Any]) -> dict[str, Any]:
    """Return sizes and probabilities of all strata and the settings of the draw, for JSON."""
    return {
        "schema_version": SCHEMA_VERSION,
        **settings,
        "items": sum(stratum.size for stratum in sample.strata),
        "drawn": len(sample.items),
        "shared": sum(item.shared for item in sample.items),
        "outside_bands": sample.outside_bands,
        "strata": [
            {
                "stratum": stratum.key.name,
                "source": stratum.key.source,
                "type": stratum.key.type,
                "low": stratum.key.low,
                "high": stratum.key.high,
                "novelty": stratum.key.novelty,
                "models": list(stratum.key.models),
                "size": stratum.size,
                "drawn": stratum.drawn,
                "probability": round(stratum.probability, 6),
            }
            for stratum in sample.strata
        ],
    }


def summary_markdown(sample: Sample, settings: dict[str, Any]) -> str:
    """Return the strata as Markdown; settings as in `write_summary`."""
    models = ", ".join(f"`{name}`" for name in settings["models"])
    on_split = f" on the {settings['split']} split" if settings["split"] else ""
    size = sum(stratum.size for stratum in sample.strata)
    shared = sum(item.shared for item in sample.items)
    text = (
        f"# {settings['suite']}: sample for assessment\n\n"
        f"Predictions of {models}{on_split}. {counted(size, 'item')} in the score bands,"
        f" {sample.outside_bands} outside them; {len(sample.items)} drawn, {shared} of them for"
        " all assessors. An item is a sentence, a span and a type; it counts once.\n"
    )
    if not sample.strata:
        return text
    rows = [
        (
            stratum.key.source,
            stratum.key.type,
            f"{stratum.key.low:g}–{stratum.key.high:g}",
            stratum.key.novelty or "–",
            ", ".join(stratum.key.models),
            stratum.size,
            stratum.drawn,
        )
        for stratum in sample.strata
    ]
    headings = ("source", "type", "score", "mention", "models", "items", "drawn")
    return f"{text}\n{markdown_table(headings, rows, numbers=2)}"
