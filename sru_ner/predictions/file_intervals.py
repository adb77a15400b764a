"""Confidence intervals for the figures of two files: the bootstrap over documents."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from sru_ner.evaluation.confidence.bootstrap import intervals
from sru_ner.evaluation.confidence.document_counts import (
    FN,
    FP,
    TP,
    DocumentCounts,
    places_among,
)
from sru_ner.predictions.file_scores import ALL_TYPES, PARTIAL, Score
from sru_ner.predictions.matching import Criterion, match_decisions, parse_criterion

_FIGURES = {"precision": "precision", "recall": "recall", "f1": "f1", "micro_f1": "f1"}


def with_intervals(
    rows: Iterable[Score], decisions: pa.Table, documents: Sequence[str]
) -> list[Score]:
    """Add intervals of precision, recall and F1 to rows of `score`.

    decisions: the table that the rows were computed from, about one model on one corpus. documents:
    all gold documents, also those without a mention. Rows of `partial` get no intervals, because
    half mentions are no counts. No row gets intervals if there are fewer than two documents.
    """
    found: dict[str, dict[tuple[str, str], dict[str, Any]]] = {}
    result = []
    for row in rows:
        if row.match == PARTIAL:
            result.append(row)
            continue
        if row.match not in found:
            found[row.match] = _intervals(decisions, parse_criterion(row.match), documents)
        ends: dict[str, Any] = {}
        for figure in ("precision", "recall", "f1"):
            interval = found[row.match].get((row.type, figure), {})
            ends |= {f"{figure}_{end}": interval.get(end) for end in ("low", "high")}
        result.append(replace(row, **ends))
    return result


def _intervals(
    decisions: pa.Table, criterion: Criterion, documents: Sequence[str]
) -> dict[tuple[str, str], dict[str, Any]]:
    """Return rows of `bootstrap.SCHEMA` by type, or `ALL_TYPES`, and figure."""
    table = intervals([_by_document(decisions, criterion, documents)])
    return {
        (row["type"] or ALL_TYPES, _FIGURES[row["figure"]]): row
        for row in table.to_pylist()
        if row["scope"] != "common" and row["figure"] in _FIGURES
    }


def _by_document(
    decisions: pa.Table, criterion: Criterion, documents: Sequence[str]
) -> DocumentCounts:
    """Count matches under a criterion, document by document."""
    matched = match_decisions(decisions, criterion)
    outcomes = (
        (matched.gold, np.where(matched.found, TP, FN)),
        # A right prediction is a true positive, which the gold side counts already.
        (matched.predicted.filter(pa.array(~matched.right)), FP),
    )
    types = sorted({type_ for side, _ in outcomes for type_ in side["type"].to_pylist()})
    shape = (1, len(documents), len(types), 3)
    counts = np.zeros(shape, np.int32)
    for side, outcome in outcomes:
        places = (
            places_among(side["document_id"], documents),
            places_among(side["type"], types),
            outcome,
        )
        flat = np.ravel_multi_index((0, *places), shape)
        counts += np.bincount(flat, minlength=counts.size).reshape(shape).astype(np.int32)
    return DocumentCounts(
        tested="",
        models=("",),
        documents=tuple(documents),
        types=tuple(types),
        counts=counts,
        known=np.ones((1, len(types)), dtype=np.bool_),
        scored=np.ones((1, len(documents)), dtype=np.bool_),
    )
