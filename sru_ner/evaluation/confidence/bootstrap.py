"""An interval for every figure: the percentile bootstrap over documents (Efron 1979).

Mentions of one document depend on each other, so documents are what is drawn, with replacement
and as many as there are; all models are judged by the same draws. What an interval says: how far
the figure would move had other documents like these been annotated. What it does not say: how far
it would move with another training seed (`seeds.py`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.evaluation.confidence.document_counts import DocumentCounts, micro_ratios
from sru_ner.evaluation.matrix import SCOPES

SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("tested", pa.string()),
        ("scope", pa.string()),  # `inventory` or `common` as in the matrix, or `type`
        ("type", pa.string()),  # null unless the scope is `type`
        ("figure", pa.string()),  # `micro_f1`, `macro_f1`, `precision`, `recall`; of a type `f1`
        ("value", pa.float64()),  # null where it is not defined, or the model knows no type
        ("low", pa.float64()),  # null as `value`, or where there are fewer than two documents
        ("high", pa.float64()),
        ("documents", pa.int64()),  # that are scored
        ("draws", pa.int64()),  # of those asked for, the ones in which the figure is defined
        ("level", pa.float64()),  # of confidence
    ]
)

DRAWS = 1000
LEVEL = 0.95
_ENTRIES = 4_000_000
"""Weights that are in memory at once."""


def intervals(
    corpora: Iterable[DocumentCounts],
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> pa.Table:
    """Figures of every cell, and of every type in it that the model knows, with their intervals.

    Returns a table of `SCHEMA`, sorted by its keys. Values are those of the matrix: micro precision
    and recall, macro F1 over the types with a defined F1, and no value where the model knows no
    type of the corpus. A document that was left out for a model weighs nothing in its draws. The
    draws of a corpus depend on `seed` and its name only, whatever else is in the table.
    """
    rows: list[dict[str, Any]] = []
    for corpus in corpora:
        rows += _corpus_rows(corpus, draws=draws, level=level, seed=seed)
    order = [(name, "ascending") for name in ("model", "tested", "scope", "type", "figure")]
    return pa.Table.from_pylist(rows, schema=SCHEMA).sort_by(order)


def resamples(
    documents: int, draws: int, random: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """How often each document is drawn: parts (k, D) of a (draws, D) matrix, rows that sum to D."""
    for size in parts(documents, draws):
        drawn = random.integers(0, documents, (size, documents), dtype=np.int32)
        flat = (drawn + np.arange(size)[:, None] * documents).ravel()
        times = np.bincount(flat, minlength=size * documents)
        yield times.reshape(size, documents).astype(np.float64)


def parts(documents: int, draws: int) -> Iterator[int]:
    """Numbers of draws that fit into memory together."""
    most = max(1, _ENTRIES // max(1, documents))
    for first in range(0, draws, most):
        yield min(most, draws - first)


def generator(seed: int, tested: str, purpose: str) -> np.random.Generator:
    """Chance that belongs to one corpus and one purpose."""
    return np.random.default_rng([seed, *f"{purpose} {tested}".encode()])


def percentiles(drawn: NDArray[np.float64], level: float) -> tuple[float | None, float | None, int]:
    """The interval of one figure's draws, and how many of them are defined."""
    defined = drawn[~np.isnan(drawn)]
    if not len(defined):
        return None, None, 0
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high), len(defined)


def _corpus_rows(
    corpus: DocumentCounts, *, draws: int, level: float, seed: int
) -> Iterator[dict[str, Any]]:
    models, documents, types, _ = corpus.counts.shape
    # Sums of whole numbers, exact in float64 in whatever order they are added.
    flat = corpus.counts.transpose(1, 0, 2, 3).reshape(documents, -1).astype(np.float64)
    random = generator(seed, corpus.tested, "bootstrap")
    drawn = [weights @ flat for weights in resamples(documents, draws, random)]
    sums = np.concatenate([flat.sum(axis=0, keepdims=True), *drawn])
    sums = sums.reshape(len(sums), models, types, 3)  # (1 + draws, M, T, 3), the first as it is
    ratios = micro_ratios(sums)
    scored = corpus.scored.sum(axis=1)
    for model, name in enumerate(corpus.models):
        place = {"model": name, "tested": corpus.tested, "level": level}
        place |= {"documents": int(scored[model])}
        for scope in SCOPES:
            within = corpus.within(scope)[model]
            micro = micro_ratios(sums[:, model, within].sum(axis=1))
            figures = {
                "micro_f1": micro["f1"],
                "macro_f1": _mean_defined(ratios["f1"][:, model, within]),
                "precision": micro["precision"],
                "recall": micro["recall"],
            }
            for figure, values in figures.items():
                shown = values if corpus.comparable[model] else np.full_like(values, np.nan)
                yield {**place, "scope": scope, "figure": figure, **_interval(shown, place)}
        for type_ in np.flatnonzero(corpus.known[model]):
            own = {"scope": "type", "type": corpus.types[type_]}
            for figure, found in ratios.items():
                yield {**place, **own, "figure": figure, **_interval(found[:, model, type_], place)}


def _interval(values: NDArray[np.float64], place: dict[str, Any]) -> dict[str, Any]:
    """Of a figure as it is and as drawn, (1 + draws)."""
    if np.isnan(values[0]):
        return {"value": None, "low": None, "high": None, "draws": 0}
    low, high, defined = percentiles(values[1:], place["level"])
    if place["documents"] < 2:
        low = high = None
    return {"value": float(values[0]), "low": low, "high": high, "draws": defined}


def _mean_defined(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean over the last axis of what is a number; NaN where nothing is."""
    with np.errstate(invalid="ignore"):
        return np.nansum(values, axis=-1) / (~np.isnan(values)).sum(axis=-1)
