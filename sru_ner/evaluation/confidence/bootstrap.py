"""Confidence intervals of figures: the percentile bootstrap over documents (Efron 1979).

Mentions of one document depend on each other, so whole documents are drawn: with replacement, and
as many as there are. All models are scored on the same draws. An interval says how far the figure
would move if other documents like these had been annotated. It does not say how far the figure
would move with another training seed (`seeds.py`).
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
        ("draws", pa.int64()),  # those in which the figure is defined
        ("level", pa.float64()),  # of confidence
    ]
)

DRAWS = 1000
LEVEL = 0.95
_ENTRIES = 4_000_000
"""Number of weights that are in memory at once."""


def intervals(
    corpora: Iterable[DocumentCounts],
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> pa.Table:
    """Compute the figures of every cell, and of every type that the model knows, with intervals.

    Returns a table of `SCHEMA`, sorted by its keys. The values are those of the matrix: micro
    precision and recall, macro F1 over the types with a defined F1, and no value where the model
    knows no type of the corpus. Documents that are not scored for a model count nothing in its
    draws. The draws of a corpus depend only on `seed` and on the name of the corpus.
    """
    rows: list[dict[str, Any]] = []
    for corpus in corpora:
        rows += _corpus_rows(corpus, draws=draws, level=level, seed=seed)
    order = [(name, "ascending") for name in ("model", "tested", "scope", "type", "figure")]
    return pa.Table.from_pylist(rows, schema=SCHEMA).sort_by(order)


def resamples(
    documents: int, draws: int, random: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """Draw documents: yield parts (k, D) of a (draws, D) matrix of how often each is drawn.

    Each row sums to D, the number of documents.
    """
    for size in parts(documents, draws):
        drawn = random.integers(0, documents, (size, documents), dtype=np.int32)
        flat = (drawn + np.arange(size)[:, None] * documents).ravel()
        times = np.bincount(flat, minlength=size * documents)
        yield times.reshape(size, documents).astype(np.float64)


def parts(documents: int, draws: int) -> Iterator[int]:
    """Split a number of draws into parts that fit into memory."""
    most = max(1, _ENTRIES // max(1, documents))
    for first in range(0, draws, most):
        yield min(most, draws - first)


def generator(seed: int, tested: str, purpose: str) -> np.random.Generator:
    """Return a random generator for one corpus and one purpose."""
    return np.random.default_rng([seed, *f"{purpose} {tested}".encode()])


def percentiles(drawn: NDArray[np.float64], level: float) -> tuple[float | None, float | None, int]:
    """Return the ends of the interval of a figure's draws, and how many draws are defined."""
    defined = drawn[~np.isnan(drawn)]
    if not len(defined):
        return None, None, 0
    low, high = np.quantile(defined, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high), len(defined)


def _corpus_rows(
    corpus: DocumentCounts, *, draws: int, level: float, seed: int
) -> Iterator[dict[str, Any]]:
    models, documents, types, _ = corpus.counts.shape
    # Sums of whole numbers are exact in float64, in any order of adding.
    flat = corpus.counts.transpose(1, 0, 2, 3).reshape(documents, -1).astype(np.float64)
    random = generator(seed, corpus.tested, "bootstrap")
    drawn = [weights @ flat for weights in resamples(documents, draws, random)]
    sums = np.concatenate([flat.sum(axis=0, keepdims=True), *drawn])
    sums = sums.reshape(len(sums), models, types, 3)  # (1 + draws, M, T, 3), the first undrawn
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
    """Return a figure and its interval from `values`, (1 + draws): the figure, then its draws."""
    if np.isnan(values[0]):
        return {"value": None, "low": None, "high": None, "draws": 0}
    low, high, defined = percentiles(values[1:], place["level"])
    if place["documents"] < 2:
        low = high = None
    return {"value": float(values[0]), "low": low, "high": high, "draws": defined}


def _mean_defined(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the mean over the last axis without NaN; NaN where all values are NaN."""
    with np.errstate(invalid="ignore"):
        return np.nansum(values, axis=-1) / (~np.isnan(values)).sum(axis=-1)
