"""Reads what the stages of a suite wrote, as values that can be logged."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.environment.provenance import UNKNOWN, Revision, folder_digest, json_digest
from sru_ner.errors import InputError
from sru_ner.files import read_json, unreadable
from sru_ner.layout import SuiteLayout
from sru_ner.model.run_record import read_run, trained_digest
from sru_ner.settings.params import Params
from sru_ner.tracking.staleness import check_model

_RATIOS = ("precision", "recall", "f1")
_REMEDY = "run `dvc repro` to make it"


@dataclass(frozen=True, slots=True)
class Dataset:
    """Splits of a source that a stage read."""

    source: str
    splits: tuple[str, ...]
    digest: str
    """SHA-256 over the digests of the source's tables."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """Settings, curves and scores of one trained model."""

    name: str
    settings: Mapping[str, Any]
    """Settings that the model was trained with."""
    revision: Revision
    """Revision of the code that trained the model; `unknown` where others trained it."""
    model: Path
    """Model folder in Hugging Face form."""
    digest: str
    """SHA-256 over the files of the model."""
    trained_on: tuple[Dataset, ...]
    curves: tuple[tuple[int, Mapping[str, float]], ...]
    """Step and values by name, for each epoch."""
    final: Mapping[str, float]
    """Figures of the training report, by name."""
    cells: Mapping[str, Mapping[str, float]]
    """Tested source → figures of its cell in the cross-corpus matrix, by name."""
    scores: Mapping[str, float]
    """Tested source → micro F1 that the suite's report shows; only for comparable cells."""


@dataclass(frozen=True, slots=True)
class SuiteResults:
    """Everything that the stages of a suite wrote."""

    suite: str
    experiments: tuple[Experiment, ...]
    tested: Mapping[str, Dataset]
    reports: Mapping[str, Path]
    """Folders with reports, by the name under which they are logged."""
    digest: str
    """SHA-256 over settings, models and reports; equal for equal results."""


def read_suite_results(params: Params, root: Path) -> SuiteResults:
    """Read the files of a suite below the project's root.

    Raises `InputError` for a file that does not exist and for a model without scores.
    """
    layout = SuiteLayout(params.suite)
    matrix = _read_json(root / layout.evaluation_report / "matrix.json")
    intervals = _read_intervals(root / layout.evaluation_report / "intervals.csv")
    tested = _datasets(root / layout.manifest("tested"))
    experiments = tuple(
        _experiment(params, root, name, matrix, intervals) for name in params.experiments
    )
    reports = {
        "evaluation": root / layout.evaluation_report,
        "assessment": root / layout.assessment_report,
    }
    state = {
        "suite": params.suite,
        "models": {e.name: e.digest for e in experiments},
        "reports": {name: folder_digest(folder) for name, folder in reports.items()},
        "training": folder_digest(root / layout.training_report("all").parent),
    }
    return SuiteResults(
        suite=params.suite,
        experiments=experiments,
        tested={dataset.source: dataset for dataset in tested},
        reports=reports,
        digest=json_digest(state),
    )


def _experiment(
    params: Params,
    root: Path,
    name: str,
    matrix: Mapping[str, Any],
    intervals: Mapping[tuple[str, str], Mapping[str, float]],
) -> Experiment:
    layout = SuiteLayout(params.suite)
    model = root / layout.model(name)
    if not (model / "config.json").is_file():
        raise InputError(
            "there is no trained model here",
            path=model,
            remedy=f"run `dvc repro`, or `sru-ner train {name}`",
        )
    facts = _read_json(model / "training.json")
    manifest = root / layout.manifest(name)
    settings = params.experiment(name)
    check_model(
        model,
        facts,
        settings,
        _read_json(manifest),
        remedy=f"run `dvc repro {layout.dvc_file}:train@{name}`",
    )
    run = read_run(model)
    environment = {**facts["environment"], **run.get("environment", {})}
    cells = [cell for cell in matrix["cells"] if cell["model"] == name]
    if not cells:
        raise InputError(
            f"the cross-corpus matrix has no row for {name!r}",
            path=root / layout.evaluation_report,
            remedy="run `dvc repro`, or `sru-ner report`",
        )
    shown = {cell["tested"]: cell[matrix["shown"]]["micro"]["f1"] for cell in cells}
    report = root / layout.training_report(name)
    return Experiment(
        name=name,
        settings=facts["settings"],
        revision=Revision(
            environment.get("git_commit", UNKNOWN), environment.get("git_dirty", False)
        ),
        model=model,
        digest=trained_digest(model),
        trained_on=_datasets(manifest),
        curves=_read_curves(report / "curves.csv", run.get("epochs", {})),
        final=_numbers({**_read_json(report / "metrics.json"), **run.get("figures", {})}.items()),
        cells={
            cell["tested"]: {**_figures(cell), **intervals.get((name, cell["tested"]), {})}
            for cell in cells
        },
        scores={
            cell["tested"]: shown[cell["tested"]]
            for cell in cells
            if cell["comparable"] and shown[cell["tested"]] is not None
        },
    )


def _datasets(manifest: Path) -> tuple[Dataset, ...]:
    sources = _read_json(manifest)["sources"]
    return tuple(
        Dataset(source, tuple(content["splits"]), json_digest(content))
        for source, content in sources.items()
    )


def _figures(cell: Mapping[str, Any]) -> dict[str, float]:
    """Return the metrics of a cell, named as in the evaluation report, then those of each type."""
    averages = [
        (f"{prefix}{average}_{ratio}", cell[scope][average][ratio])
        for prefix, scope in (("", "inventory"), ("common_", "common"))
        for average in ("micro", "macro")
        for ratio in _RATIOS
    ]
    types = [
        (f"{ratio}.{type_}", scores[ratio])
        for type_, scores in cell["types"].items()
        if scores["known"]
        for ratio in _RATIOS
    ]
    return _numbers([*averages, *types, *cell["leakage"].items()])


def _read_intervals(path: Path) -> dict[tuple[str, str], dict[str, float]]:
    """Read the ends of the intervals of F1 by (model, tested source), named as the figures."""
    rows = _read_csv(path)
    found: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        prefix = {"inventory": "", "common": "common_"}.get(row["scope"])
        if prefix is not None and row["figure"] in ("micro_f1", "macro_f1") and row["low"]:
            ends = {f"{prefix}{row['figure']}_{end}": float(row[end]) for end in ("low", "high")}
            found.setdefault((row["model"], row["tested"]), {}).update(ends)
    return found


def _read_curves(
    path: Path, of_run: Mapping[str, Sequence[float]]
) -> tuple[tuple[int, dict[str, float]], ...]:
    """Read step and values of each epoch. of_run: values by epoch that only this run has."""
    curves = []
    for epoch, row in enumerate(_read_csv(path)):
        # An epoch without a figure has an empty cell.
        values = {name: float(value) for name, value in row.items() if value and name != "step"}
        values |= {name: each[epoch] for name, each in of_run.items()}
        curves.append((int(float(row["step"])), _numbers(values.items())))
    return tuple(curves)


def _numbers(pairs: Iterable[tuple[str, Any]]) -> dict[str, float]:
    """Keep the pairs that MLflow can log as metrics: those with finite numbers."""
    return {
        name: float(value)
        for name, value in pairs
        if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    }


def _read_json(path: Path) -> Any:
    return read_json(path, remedy=_REMEDY)


def _read_csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise unreadable(path, error, remedy=_REMEDY) from None
