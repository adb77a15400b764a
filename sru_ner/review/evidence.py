"""What is known about a registered version: figures and decisions, as its run kept them.

Everything comes from the store, so a review needs neither the folder nor the machine of the
training. What a version lacks is empty: it may have been registered by other means.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from sru_ner.dataset.parquet import UNREADABLE, open_parquet
from sru_ner.errors import InputError, first_line
from sru_ner.evaluation.matrix import Scope
from sru_ner.evaluation.scored import PLACED_COLUMNS
from sru_ner.files import read_json
from sru_ner.registry.records import (
    DECISIONS_FILE,
    DOCUMENTS_FILE,
    SCORED,
    VersionRecord,
    download_run,
)

_REMEDY = "run `sru-ner register` in the project that trained it"
_EVALUATION = "evaluation"

Interval = tuple[float | None, float | None]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures and decisions of one version."""

    record: VersionRecord
    experiment: str = ""
    """Its name in the suite."""
    suite: str = ""
    evaluation: Path | None = None
    """Local copy of the report on its suite."""
    split: str = "test"
    shown: Scope = "inventory"
    """Scope of the figures that the suite's report shows."""
    cells: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Tested corpus → cell of `matrix.json`."""
    intervals: Mapping[str, Interval] = field(default_factory=dict)
    """Tested corpus → ends of the interval of the shown F1."""
    calibration: Mapping[str, float] = field(default_factory=dict)
    """Tested corpus → expected calibration error."""
    errors: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    """(tested corpus, side, class) → errors."""
    decisions: pa.Table | None = None
    """Scored decisions with `PLACED_COLUMNS`; None if the run kept none."""
    documents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tested corpus → identifiers of the documents that are scored."""

    def f1(self, tested: str) -> float | None:
        """Return the shown micro F1 on a corpus; None if there is none."""
        cell = self.cells.get(tested)
        if cell is None or not cell["comparable"]:
            return None
        return cell[self.shown]["micro"]["f1"]

    def leaked(self, tested: str) -> tuple[int, int]:
        """Return the number of tested documents that the model learned from, and of all tested.

        Documents that were left out of the figure or of the training do not count.
        """
        cell = self.cells.get(tested, {})
        found = cell.get("leakage", {})
        inside = str(cell.get("mark", "")).startswith("†")
        return (
            found.get("overlapping_documents", 0) if inside else 0,
            found.get("tested_documents", 0),
        )

    def texts(self, tested: str) -> str | None:
        """Return the digest of the tables that it was tested on; None if it is not known."""
        return self.record.datasets.get(("evaluation", f"{tested}.{self.split}"))


def gather_evidence(record: VersionRecord, folder: Path) -> Evidence:
    """Read what the runs of a version kept; artifacts of a remote store are copied into `folder`.

    Raises `InputError` for an artifact that is there but cannot be read.
    """
    experiment = record.run_tags.get("experiment") or record.tags.get("experiment", "")
    suite = record.run_tags.get("suite") or record.tags.get("suite", "")
    evaluation = download_run(record.suite_run_id, _EVALUATION, folder)
    figures: dict[str, Any] = {}
    if evaluation is not None:
        figures = read_json(evaluation / "matrix.json", remedy=_REMEDY)
    shown = figures.get("shown", "inventory")
    scored = download_run(record.run_id, SCORED, folder)
    return Evidence(
        record=record,
        experiment=experiment,
        suite=suite,
        evaluation=evaluation,
        split=figures.get("split", "test"),
        shown=shown,
        cells={c["tested"]: c for c in figures.get("cells", []) if c["model"] == experiment},
        intervals={
            row["tested"]: (_number(row["low"]), _number(row["high"]))
            for row in _rows(evaluation, "intervals.csv", experiment)
            if (row["scope"], row["figure"]) == (shown, "micro_f1")
        },
        calibration={
            row["tested"]: float(row["ece"])
            for row in _rows(evaluation, "calibration_error.csv", experiment)
            if row["scope"] == shown
        },
        errors=_errors(_rows(evaluation, "errors.csv", experiment)),
        decisions=None if scored is None else _decisions(scored / DECISIONS_FILE),
        documents={}
        if scored is None
        else {k: tuple(v) for k, v in read_json(scored / DOCUMENTS_FILE, remedy=_REMEDY).items()},
    )


def _rows(evaluation: Path | None, name: str, experiment: str) -> list[dict[str, str]]:
    """Return the rows of a table that are about an experiment; none if there is no table."""
    if evaluation is None or not (evaluation / name).is_file():
        return []
    with (evaluation / name).open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["model"] == experiment]


def _errors(rows: list[dict[str, str]]) -> dict[tuple[str, str, str], int]:
    found: dict[tuple[str, str, str], int] = {}
    for row in rows:
        if row["side"] != "unjudged":
            key = (row["tested"], row["side"], row["error"])
            found[key] = found.get(key, 0) + int(row["mentions"])
    return found


def _decisions(path: Path) -> pa.Table:
    try:
        with open_parquet(path) as file:
            return file.read(columns=list(PLACED_COLUMNS))
    except (*UNREADABLE, KeyError) as error:
        raise InputError(
            f"these decisions cannot be read: {first_line(error)}", path=path, remedy=_REMEDY
        ) from None


def _number(text: str) -> float | None:
    return float(text) if text else None
