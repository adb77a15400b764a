"""Logs what people judged of a model: metrics, report and tags of its registered version."""

import re
from pathlib import Path
from typing import Any

from mlflow import MlflowClient

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import read_json
from sru_ner.registry.published import set_tags
from sru_ner.registry.records import VersionRecord

FOLDER = "judgements"
"""Folder of the run's artifacts that gets the report."""
_METRICS = "metrics.json"
_REMEDY = "name the folder of the report that `sru-ner judge import` wrote"
_NOT_ALLOWED = re.compile(r"[^\w./ -]")  # in names of MLflow's metrics


def log_judged(
    client: MlflowClient, record: VersionRecord, report: Path, model: str | None = None
) -> dict[str, float]:
    """Log a report with the run of a version, and tag the version; return the metrics.

    model: name of the model in the report; None if the report is on one. Raises `InputError` if
    there is no report, the version has no run or nothing was judged, and `UnknownNameError` for a
    model that the report is not on.
    """
    metrics = judged_metrics(report, model)
    if record.run_id is None:
        raise InputError(
            f"version {record.version} of {record.name} has no run to log to",
            remedy="register it with `sru-ner register`",
        )
    for name, value in metrics.items():
        client.log_metric(record.run_id, name, value)
    client.log_artifacts(record.run_id, str(report), FOLDER)
    shown = {name: f"{value:.4f}" for name, value in metrics.items() if name.count(".") == 1}
    set_tags(client, record, shown)
    return metrics


def judged_metrics(report: Path, model: str | None = None) -> dict[str, float]:
    """Return the metrics of one model: `judged.strict`, its bounds, and those of each type."""
    found = read_json(report / _METRICS, remedy=_REMEDY)
    try:
        rows = found["precision"]
        models = sorted({row["model"] for row in rows})
        agreement = next((each["alpha"] for each in found["agreement"]), None)
    except (KeyError, TypeError):
        raise InputError(
            "this is no report on judgements", path=report / _METRICS, remedy=_REMEDY
        ) from None
    if not models:
        raise InputError("nothing was judged", path=report, remedy="judge items first")
    if model is None and len(models) > 1:
        raise InputError(
            f"the report is on {len(models)} models", remedy=f"add --model {' or '.join(models)}"
        )
    chosen = model or models[0]
    if chosen not in models:
        raise UnknownNameError("judged model", chosen, models)
    metrics: dict[str, float] = {}
    for row in rows:
        if row["model"] == chosen and row["part"] in ("all", "type"):
            metrics |= _of_row(row)
    if agreement is not None:
        metrics["judged.alpha"] = agreement["value"]
    return metrics


def _of_row(row: dict[str, Any]) -> dict[str, float]:
    name = ".".join(filter(None, ["judged", _NOT_ALLOWED.sub("_", row["name"])]))
    shares = {kind: row[kind] for kind in ("strict", "lenient")}
    found = {f"{name}.{kind}": share["value"] for kind, share in shares.items()}
    if row["part"] == "all":
        for kind, share in shares.items():
            found |= {f"{name}.{kind}_{end}": share[end] for end in ("low", "high")}
        found[f"{name}.items"] = float(row["judged"])
    return found
