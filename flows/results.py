"""Tables that the flows show, read from the reports."""

from pathlib import Path
from typing import Any

from prefect.artifacts import create_link_artifact, create_markdown_artifact, create_table_artifact

from flows.stages import ROOT
from sru_ner.files import read_json, read_text
from sru_ner.layout import HARMONIZE_REPORTS, SuiteLayout
from sru_ner.model.run_record import read_run
from sru_ner.rendering.amounts import percent
from sru_ner.settings.params import Params

Row = dict[str, Any]


def training_rows(params: Params) -> list[Row]:
    """Make one row per experiment: best epoch, its dev micro F1 (%) if there is one, time."""
    rows = []
    for name in params.experiments:
        layout = SuiteLayout(params.suite, ROOT)
        metrics = _read(layout.training_report(name) / "metrics.json")
        # Missing where the model came from a remote.
        seconds = read_run(layout.model(name)).get("figures", {}).get("seconds")
        score = metrics.get("dev_micro_f1")  # missing where the model learns from dev
        rows.append(
            {
                "experiment": name,
                "best epoch": metrics["best_epoch"],
                "epochs": metrics["epochs"],
                "dev micro F1": "–" if score is None else f"{score:.1f}",
                "seconds": "–" if seconds is None else f"{seconds:.0f}",
            }
        )
    return rows


def matrix_rows(params: Params) -> list[Row]:
    """Make one row per model and one column per tested corpus: micro F1 (%)."""
    matrix = _read(ROOT / SuiteLayout(params.suite).evaluation_report / "matrix.json")
    rows: dict[str, Row] = {name: {"trained \\ tested": name} for name in matrix["models"]}
    for cell in matrix["cells"]:
        f1 = cell[matrix["shown"]]["micro"]["f1"] if cell["comparable"] else None
        rows[cell["model"]][cell["tested"]] = f"{percent(f1)} {cell['mark']}".rstrip()
    return list(rows.values())


def assessment_rows(params: Params) -> list[Row]:
    """Make one row per stratum of the sample for assessment."""
    strata = _read(ROOT / SuiteLayout(params.suite).assessment_report / "strata.json")["strata"]
    columns = {"source": "tested", "type": "type", "size": "items", "drawn": "drawn"}
    return [
        {
            **{title: stratum[key] for key, title in columns.items()},
            "score": f"{stratum['low']:g}–{stratum['high']:g}",
        }
        for stratum in strata
    ]


def judgement_rows(params: Params) -> list[Row]:
    """Make one row per model and part of its predictions: precision (%) according to people."""
    metrics = _read(ROOT / SuiteLayout(params.suite).judgements_report / "metrics.json")
    return [
        {
            "model": each["model"],
            "predictions": f"{each['part']} {each['name']}".strip(),
            "judged": each["judged"],
            **{kind: percent(each[kind]["value"]) for kind in ("strict", "lenient")},
        }
        for each in metrics["precision"]
    ]


def corpora_rows(params: Params) -> list[Row]:
    """Make one row per source: mentions kept in each split, repaired and refused mentions."""
    rows = []
    for source in params.corpora:
        report = _read(ROOT / HARMONIZE_REPORTS / f"{source}.json")
        kept = {split: found["mentions"]["kept"] for split, found in report["splits"].items()}
        total = report["mentions"]
        rows.append(
            {
                "source": source,
                **{split: kept.get(split, 0) for split in ("train", "dev", "test")},
                "repaired": total["repaired"],
                "refused": total["refused"],
            }
        )
    return rows


def publish(suite: str, name: str, rows: list[Row], description: str) -> None:
    """Store rows as the table artifact `<suite>-<name>` of the current run."""
    key = f"{suite}-{name}".replace("_", "-").lower()
    create_table_artifact(table=rows, key=key, description=description)


def publish_report(suite: str) -> None:
    """Store the report of a suite as a Markdown artifact of the current run, and link its page."""
    folder = ROOT / SuiteLayout(suite).evaluation_report
    key = f"{suite}-report".replace("_", "-").lower()
    text = read_text(folder / "report.md", remedy="run `dvc repro`")
    create_markdown_artifact(markdown=text, key=key, description="Evaluation report")
    page = (folder / "index.html").as_uri()
    create_link_artifact(link=page, link_text=f"Page of {suite}", key=f"{key}-page")


def _read(path: Path) -> Any:
    return read_json(path, remedy="run `dvc repro`")
