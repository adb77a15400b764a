"""Data in the page of an evaluation report: the tables of the report's folder, packed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sru_ner.evaluation.contamination import Contaminations
from sru_ner.evaluation.errors.classes import ERRORS
from sru_ner.evaluation.errors.differences import DIFFERENCES_SCHEMA
from sru_ner.evaluation.matrix import SCOPES
from sru_ner.evaluation_report import matrix_exports
from sru_ner.evaluation_report.clear_best import SIGNIFICANT
from sru_ner.evaluation_report.error_picture import COLOURS as ERROR_COLOURS
from sru_ner.evaluation_report.findings import Findings
from sru_ner.evaluation_report.packing import packed
from sru_ner.evaluation_report.quotes import EXAMPLES_SCHEMA, GAP_EXAMPLES_SCHEMA, Quote
from sru_ner.rendering.drawing import COLOURS

_COLUMNS: dict[str, Sequence[str]] = {
    "intervals": (
        "model", "tested", "scope", "type", "figure", "low", "high", "documents",
    ),
    "significance": (
        "tested", "scope", "model_a", "model_b", "difference", "low", "high", "p", "p_adjusted",
    ),
    "seeds": ("models", "tested", "scope", "type", "figure", "n", "mean", "sd", "min", "max"),
    "thresholds_effect": ("model", "tested", "scope", "figure", "before", "after"),
    "curves": ("model", "tested", "scope", "type", "threshold", "precision", "recall"),
    "average_precision": ("model", "tested", "scope", "type", "average_precision", "recall"),
    "calibration": ("model", "tested", "scope", "type", "predictions", "score", "precision"),
    "calibration_error": ("model", "tested", "scope", "type", "ece", "predictions"),
    "errors": ("model", "tested", "type", "side", "error", "mentions"),
    "differences": DIFFERENCES_SCHEMA.names,
    "gaps": (
        "model", "tested", "type", "gaps", "marked_otherwise", "per_1000_words", "measured_on",
        "precision", "estimate", "estimate_low", "estimate_high",
    ),
    "strings": ("model", "tested", "text", "type", "fp", "fn", "share", "f1_without"),
    "gap_strings": ("model", "tested", "type", "text", "gaps"),
    "examples": EXAMPLES_SCHEMA.names,
    "gap_examples": GAP_EXAMPLES_SCHEMA.names,
}  # fmt: skip
"""Columns of each table that the page uses."""

_DEV = "dev_micro_f1"
_RECALL = "dev_recall."


def page_data(findings: Findings, training: Mapping[str, Path]) -> dict[str, Any]:
    """Return all data of the page; `training` are files of training curves, by experiment."""
    matrix = findings.matrix
    types = sorted({mention.type for quote in findings.quotes for mention in quote.mentions})
    return {
        "matrix": matrix_exports.as_json(matrix),
        "scopes": SCOPES,
        "leakNote": matrix.leaks.note,
        "significant": SIGNIFICANT,
        "colours": COLOURS,
        "errors": ERRORS,
        "errorColours": ERROR_COLOURS,
        "types": types,
        "quotes": [_quote(quote, types, matrix.models, matrix.leaks) for quote in findings.quotes],
        "perStratum": findings.per_stratum,
        "tables": {
            name: packed(getattr(findings, name), columns) for name, columns in _COLUMNS.items()
        },
        "training": {name: _course(path) for name, path in sorted(training.items())},
    }


def _quote(
    quote: Quote, types: Sequence[str], models: Sequence[str], leaks: Contaminations
) -> dict[str, Any]:
    """Return a quote for the page.

    A mention is [start, end, type, 2 judged + gold, model, score in hundredths, model, …]. A score
    is null where the tool gives none. `unscored` names the models that are not scored on the
    document.
    """
    return {
        "unscored": [
            model for model in models if quote.document_id in leaks.left_out(model, quote.tested)
        ],
        "tested": quote.tested,
        "document": quote.document_id,
        "text": quote.text,
        "mentions": [
            [
                mention.start,
                mention.end,
                types.index(mention.type),
                2 * mention.in_inventory + mention.gold,
                *(
                    number
                    for name, score in mention.scores.items()
                    for number in (
                        models.index(name),
                        None if score is None else round(100 * score),
                    )
                ),
            ]
            for mention in quote.mentions
        ],
    }


def _course(path: Path) -> dict[str, Any]:
    """Return the dev scores (%) of each epoch; both may be empty.

    `scores` are the micro F1: the mean, then each source. `recall` is that of each type of a source
    that has gold mentions on dev.
    """
    table = pd.read_csv(path)
    scores = [str(name) for name in table if str(name).startswith(_DEV)]
    parts = [name for name in scores if name != _DEV]
    shown = scores if len(parts) > 1 else parts
    return {
        "epoch": table["epoch"].tolist(),
        "scores": {
            name.removeprefix(f"{_DEV}.") if name != _DEV else "mean": [
                None if pd.isna(value) else round(value, 1) for value in table[name].tolist()
            ]
            for name in shown
        },
        "recall": {
            name.removeprefix(_RECALL): table[name].round(1).tolist()
            for name in map(str, table)
            if name.startswith(_RECALL) and not table[name].isna().any()
        },
    }
