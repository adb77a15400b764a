"""What people judged of a version's predictions, from the report on their verdicts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sru_ner.files import read_json
from sru_ner.layout import SuiteLayout
from sru_ner.model.run_record import trained_digest
from sru_ner.registry.records import VersionRecord
from sru_ner.registry.versions import DIGEST_TAG

_TAG = "judged.strict"
"""Tag of a version: the share of judged predictions that is right in type and boundaries."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Precision of a model according to people; boundaries and type have to be right."""

    precision: float
    low: float | None
    """Ends of the 95 % interval."""
    high: float | None
    items: int
    """Number of judged predictions."""
    assessors: int | None = None
    """Number of people; None if it is not known."""


def read_judged(root: Path, record: VersionRecord, suite: str, experiment: str) -> Judged | None:
    """Read what `sru-ner judge log` noted with a version, or else the suite's own report.

    root: the project's root. The suite's report, `reports/<suite>/judgements/metrics.json`, is
    about the model in `models/<suite>/<experiment>`, so it counts only for the version with the
    same files. Returns None if nobody judged it. Raises `InputError` for a file that is not JSON.
    """
    if _TAG in record.tags:
        value, low, high, items = (
            float(record.tags[name]) if name in record.tags else None
            for name in (_TAG, f"{_TAG}_low", f"{_TAG}_high", "judged.items")
        )
        return Judged(value or 0.0, low, high, int(items or 0))
    layout = SuiteLayout(suite, root)
    path = layout.judgements_report / "metrics.json"
    model = layout.model(experiment)
    if not path.is_file() or not model.is_dir():
        return None
    if trained_digest(model) != record.tags.get(DIGEST_TAG):
        return None
    found = read_json(path, remedy="run `sru-ner judge import` again")
    return next(
        (
            _judged(row, assessors=len(found["verdicts"]))
            for row in found["precision"]
            if (row["model"], row["part"]) == (experiment, "all")
        ),
        None,
    )


def _judged(row: dict[str, Any], *, assessors: int) -> Judged:
    strict = row["strict"]
    return Judged(strict["value"], strict["low"], strict["high"], row["judged"], assessors)
