"""Reads a model's figures from the report on its suite, for the model's card.

The figures become plain values, which the `training.json` of a packaged model keeps. So the card
can be written again where the reports are not.
"""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sru_ner.errors import UnknownNameError
from sru_ner.files import read_json, unreadable
from sru_ner.rendering.amounts import counted, percent

_REMEDY = "name the folder of a suite's evaluation, such as reports/demo/evaluation"
_LOW = 0.6
"""F1 below which a type counts as one that the model is bad at."""
_FEW = 100
"""Gold mentions below which a figure is called uncertain."""


def read_figures(folder: Path, model: str | None) -> dict[str, Any]:
    """Read the test figures of one model from the report on its suite.

    folder: `reports/<suite>/evaluation`. model: name of the experiment; None means the only one.
    Returns `suite`, `split`, and two lists of rows with `corpus`, `gold`, `precision`, `recall`,
    `f1`, `low` and `high`: `corpora` over the types that the model knows, and `types`, whose rows
    have a `type`. Ratios are from 0 to 1; one that is not defined is None. Raises `InputError` for
    a folder without a report, and `UnknownNameError` for a model that is not in it.
    """
    summary = read_json(folder / "matrix.json", remedy=_REMEDY)
    if model is None and len(summary["models"]) == 1:
        model = summary["models"][0]
    if model not in summary["models"]:
        raise UnknownNameError("model", str(model), summary["models"], place=folder)
    rows, intervals = _read_csv(folder / "matrix.csv"), _intervals(folder)
    mine = [row for row in rows if row["model"] == model]
    return {
        "suite": summary["suite"],
        "split": summary["split"],
        "corpora": [_figure(row, intervals) for row in mine if _is_common(row)],
        "types": [
            {"type": row["type"], **_figure(row, intervals)}
            for row in mine
            if row["figure"] == "type" and row["known"] == "true" and int(row["support"])
        ],
    }


def read_unseen(folder: Path) -> list[dict[str, Any]]:
    """Read the figures of models on corpora that they did not learn from.

    folder: `reports/<suite>/evaluation` of a suite such as `leave_one_out_cpu`; next to it is the
    `training` folder, which says what each model learned from. Returns rows like those of
    `corpora` in `read_figures`, which also have a `model`. Raises `InputError` if a file is not
    there.
    """
    rows, intervals = _read_csv(folder / "matrix.csv"), _intervals(folder)
    learned = {
        model: _sources(folder.parent / "training" / model / "metrics.json")
        for model in sorted({row["model"] for row in rows})
    }
    found = [
        {"model": row["model"], **_figure(row, intervals)}
        for row in rows
        if _is_common(row) and row["tested"] not in learned[row["model"]]
    ]
    return sorted(found, key=lambda row: (row["corpus"], row["model"]))


def weaknesses(types: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say in a sentence each which types a model is bad at, the worst first.

    types: rows of `types` of `read_figures`. A type is named if its F1 is below 60 % in a corpus,
    or if the corpus has so few mentions of it that the figure is uncertain.
    """
    ordered = sorted(types, key=lambda row: (row["f1"] or 0, row["corpus"], row["type"]))
    return [_weakness(row) for row in ordered if (row["f1"] or 0) < _LOW or row["gold"] < _FEW]


def _weakness(row: Mapping[str, Any]) -> str:
    mentions = counted(row["gold"], "mention")
    sentence = f"{row['type']} in `{row['corpus']}`: "
    if (row["f1"] or 0) >= _LOW:
        return f"{sentence}there are only {mentions} in the test, so the figure is uncertain."
    found = round((row["recall"] or 0) * row["gold"])
    sentence += f"the model finds {found or 'none'} of {mentions}"
    if row["precision"] is not None and row["precision"] < _LOW:
        wrong = percent(1 - row["precision"], decimals=0)
        sentence += f", and {wrong} % of what it marks is wrong"
    return f"{sentence}."


def _is_common(row: Mapping[str, str]) -> bool:
    """Tell whether a row of the matrix is about all types that its model knows."""
    return row["figure"] == "micro" and row["scope"] == "common" and bool(row["support"])


def _figure(
    row: Mapping[str, str], intervals: Mapping[tuple[str, ...], tuple[float | None, float | None]]
) -> dict[str, Any]:
    one_type = row["figure"] == "type"
    scope = ("type", row["type"], "f1") if one_type else ("common", "", "micro_f1")
    low, high = intervals.get((row["model"], row["tested"], *scope), (None, None))
    return {
        "corpus": row["tested"],
        "gold": int(row["support"]),
        **{name: _number(row[name]) for name in ("precision", "recall", "f1")},
        "low": low,
        "high": high,
    }


def _intervals(folder: Path) -> dict[tuple[str, ...], tuple[float | None, float | None]]:
    keys = ("model", "tested", "scope", "type", "figure")
    return {
        tuple(row[key] for key in keys): (_number(row["low"]), _number(row["high"]))
        for row in _read_csv(folder / "intervals.csv")
    }


def _sources(path: Path) -> set[str]:
    """Return the sources that a model learned from, by the report on its training."""
    kept = read_json(path, remedy="run the suite again: its training writes this file")["kept"]
    return {name.partition(".")[0] for name in kept}


def _number(text: str) -> float | None:
    return float(text) if text else None


def _read_csv(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise unreadable(path, error, remedy=_REMEDY) from None
