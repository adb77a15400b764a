"""The evaluation of a suite with two models, as far as a model's card reads it."""

import csv
import json
from pathlib import Path
from typing import Any

_KEYS = ("model", "tested", "scope", "type", "figure")


def write_evaluation(suite: Path) -> Path:
    """Write `suite`'s evaluation and what its models learned from; return the evaluation.

    Thresholds are tuned for the model `both` only.
    """
    figures, intervals = [], []
    for model in ("both", "other"):
        # corpus, type, gold, found, marked
        for corpus, type_, gold, found, marked in (
            ("one", "Chemical", 200, 160, 200),
            ("one", "Disease", 40, 10, 20),
            ("two", "Disease", 150, 0, 0),
        ):
            figures.append(_row(model, corpus, "type", "", type_, gold, found, marked))
            intervals.append((model, corpus, "type", type_, "f1", 0.2, 0.45))
        figures.append(_row(model, "two", "type", "", "Gene", 90, 0, 0) | {"known": "false"})
        for corpus, gold, found, marked in (("one", 240, 170, 220), ("two", 150, 0, 0)):
            figures.append(_row(model, corpus, "micro", "inventory", "", gold + 90, found, marked))
            figures.append(_row(model, corpus, "micro", "common", "", gold, found, marked))
            intervals.append((model, corpus, "common", "", "micro_f1", 0.61, 0.78))
        training = suite / "training" / model
        training.mkdir(parents=True)
        kept = {"one.sentences": 9, **({"two.sentences": 9} if model == "both" else {})}
        (training / "metrics.json").write_text(json.dumps({"kept": kept}), encoding="utf-8")
    folder = suite / "evaluation"
    folder.mkdir()
    summary = {"suite": suite.name, "split": "test", "models": ["both", "other"]}
    (folder / "matrix.json").write_text(json.dumps(summary), encoding="utf-8")
    tuned = {"both": {"default": 0.55, "types": {"Disease": 0.7}}}
    (folder / "thresholds.json").write_text(json.dumps({"models": tuned}), encoding="utf-8")
    _write(folder / "matrix.csv", figures)
    _write(
        folder / "intervals.csv",
        [dict(zip((*_KEYS, "low", "high"), row, strict=True)) for row in intervals],
    )
    return folder


def _row(
    model: str, tested: str, figure: str, scope: str, type_: str, gold: int, found: int, marked: int
) -> dict[str, Any]:
    precision = found / marked if marked else None
    recall = found / gold
    return {
        "model": model,
        "tested": tested,
        "figure": figure,
        "scope": scope,
        "type": type_,
        "known": "true" if type_ else "",
        "support": gold,
        "precision": "" if precision is None else precision,
        "recall": recall,
        "f1": 2 * found / (gold + marked),
    }


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
