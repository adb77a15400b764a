"""The matrix as JSON, CSV and DVC metrics, with the same figures in each."""

from collections.abc import Iterator
from typing import Any

from sru_ner.decisions.counts import Counts, Ratios
from sru_ner.evaluation.matrix import SCOPES, Cell, Matrix, Scope
from sru_ner.rendering.csv_text import csv_text

SCHEMA_VERSION = 1

_COUNTS = ("tp", "fp", "fn", "support", "inexpressible")
_RATIOS = ("precision", "recall", "f1")
_LEAKS = ("tested_documents", "overlapping_documents", "overlapping_learned_documents")


def as_json(matrix: Matrix) -> dict[str, Any]:
    """Return all figures of all cells as JSON; `shown` names the scope that summaries show."""
    return {
        "schema_version": SCHEMA_VERSION,
        "suite": matrix.suite,
        "split": matrix.split,
        "match": "exact span and type",
        "shown": matrix.shown,
        "leakage": matrix.leaks.treatment,
        "models": list(matrix.models),
        "tested": list(matrix.tested),
        "cells": [_cell_json(matrix, cell) for cell in _cells(matrix)],
    }


def as_csv(matrix: Matrix) -> str:
    """Return the matrix as CSV: a row for each cell and average over a scope, and for each type."""
    columns = ["model", "tested", "split", "figure", "scope", "type", "known", *_COUNTS, *_RATIOS]
    columns += ["leakage", *_LEAKS]
    rows: list[dict[str, Any]] = []
    for cell in _cells(matrix):
        place = {
            "model": cell.model,
            "tested": cell.tested,
            "split": matrix.split,
            "leakage": matrix.leaks.treatment,
            **matrix.leaks.figures(cell.model, cell.tested),
        }
        rows += [{**place, **row} for row in _csv_rows(cell)]
    return csv_text(columns, ([row.get(column) for column in columns] for row in rows))


def as_metrics(matrix: Matrix) -> dict[str, dict[str, dict[str, float]]]:
    """Return figures for `dvc metrics`: model → tested → figure, without undefined ones."""
    metrics: dict[str, dict[str, dict[str, float]]] = {}
    for cell in _cells(matrix):
        found = {
            "micro_f1": cell.micro("inventory").ratios.f1,
            "macro_f1": cell.macro("inventory").f1,
            "common_micro_f1": cell.micro("common").ratios.f1,
            "common_macro_f1": cell.macro("common").f1,
        }
        defined = {name: round(value, 6) for name, value in found.items() if value is not None}
        metrics.setdefault(cell.model, {})[cell.tested] = defined
    return metrics


def scopes(matrix: Matrix) -> list[Scope]:
    """Return both scopes, the shown one first."""
    return sorted(SCOPES, key=lambda scope: scope != matrix.shown)


def _cells(matrix: Matrix) -> Iterator[Cell]:
    for model in matrix.models:
        for tested in matrix.tested:
            yield matrix[model, tested]


def _cell_json(matrix: Matrix, cell: Cell) -> dict[str, Any]:
    return {
        "model": cell.model,
        "tested": cell.tested,
        "comparable": cell.comparable,
        "why_no_figure": None
        if cell.comparable
        else matrix.leaks.why_no_figure(cell.model, cell.tested),
        "leakage": matrix.leaks.figures(cell.model, cell.tested),
        "mark": matrix.leaks.mark(cell.model, cell.tested),
        **{
            scope: {
                "micro": _figures(cell.micro(scope)),
                "macro": _rounded(cell.macro(scope)),
                "types": [score.type for score in cell.scores(scope)],
            }
            for scope in SCOPES
        },
        "types": {
            score.type: {"known": score.known, **_figures(score.counts)} for score in cell.types
        },
    }


def _csv_rows(cell: Cell) -> Iterator[dict[str, Any]]:
    for scope in SCOPES:
        yield {"figure": "micro", "scope": scope, **_figures(cell.micro(scope))}
        yield {"figure": "macro", "scope": scope, **_rounded(cell.macro(scope))}
    for score in cell.types:
        known = str(score.known).lower()
        yield {"figure": "type", "type": score.type, "known": known, **_figures(score.counts)}


def _figures(counts: Counts) -> dict[str, Any]:
    return {name: getattr(counts, name) for name in _COUNTS} | _rounded(counts.ratios)


def _rounded(ratios: Ratios) -> dict[str, float | None]:
    values = {name: getattr(ratios, name) for name in _RATIOS}
    return {name: None if value is None else round(value, 6) for name, value in values.items()}
