"""Significance tests: whether two models differ on a tested corpus by more than chance.

p: paired approximate randomisation over documents (Noreen 1989; Yeh 2000, "More accurate tests for
the statistical significance of result differences"). If two models were equally good, it would not
matter whose predictions in a document are whose. p is the share of random swaps of documents that
give a difference in micro F1 at least as large: (1 + times) / (1 + draws).

Interval: paired percentile bootstrap over documents.

`p_adjusted`: Holm's correction (Holm 1979) over all pairs and corpora of one scope. The chance that
any row with `p_adjusted` ≤ 0.05 is wrong is at most 5 %. With n rows `p_adjusted` is at least
n / (1 + draws), so more rows need more draws.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.evaluation.confidence.bootstrap import LEVEL, generator, parts, percentiles, resamples
from sru_ner.evaluation.confidence.document_counts import DocumentCounts, micro_ratios
from sru_ner.evaluation.matrix import SCOPES

SCHEMA = pa.schema(
    [
        ("tested", pa.string()),
        ("scope", pa.string()),  # `inventory`; `common`: types that both models know
        ("model_a", pa.string()),
        ("model_b", pa.string()),
        ("difference", pa.float64()),  # micro F1 of a minus that of b
        ("low", pa.float64()),  # null where there are fewer than two documents
        ("high", pa.float64()),
        ("p", pa.float64()),  # two-sided
        ("p_adjusted", pa.float64()),
        ("documents", pa.int64()),  # that are scored for both
        ("draws", pa.int64()),
        ("level", pa.float64()),  # of confidence of the interval
    ]
)

DRAWS = 10_000
_EQUAL = 1e-12
"""Tolerance of equal differences; they are ratios of whole numbers, so real ones differ by more."""


def compare(
    corpora: Iterable[DocumentCounts],
    *,
    draws: int = DRAWS,
    level: float = LEVEL,
    seed: int = 0,
) -> pa.Table:
    """Compare every two models on every corpus where both have a figure.

    Returns a table of `SCHEMA`, sorted by corpus, scope and models. Of two models, the one that
    `DocumentCounts.models` names first is a. Both are compared over the same types and documents:
    in the scope `common` over the types that both know, and without documents that are not scored
    for one of them. So a difference may not be that of two figures of the matrix.
    """
    rows = [
        row
        for corpus in corpora
        for row in _corpus_rows(corpus, draws=draws, level=level, seed=seed)
    ]
    for scope in SCOPES:
        tests = [row for row in rows if row["scope"] == scope]
        for row, adjusted in zip(tests, holm([row["p"] for row in tests]), strict=True):
            row["p_adjusted"] = float(adjusted)
    order = [(name, "ascending") for name in ("tested", "scope", "model_a", "model_b")]
    return pa.Table.from_pylist(rows, schema=SCHEMA).sort_by(order)


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """Adjust p values for their number by Holm's step-down method; they keep their order."""
    values = np.asarray(p, dtype=np.float64)
    order = np.argsort(values)
    steps = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted


@dataclass(slots=True)
class _Sides:
    """Counts (D, 3) that are added up in each draw, of a model over some types and documents."""

    corpus: DocumentCounts
    numbers: dict[tuple[int, bytes, bytes], int] = field(default_factory=dict)
    columns: list[NDArray[np.float64]] = field(default_factory=list)

    def add(self, model: int, types: NDArray[np.bool_], documents: NDArray[np.bool_]) -> int:
        """Add the counts of a model, unless they are there already, and return their number."""
        key = (model, types.tobytes(), documents.tobytes())
        if key not in self.numbers:
            counts = self.corpus.counts[model][:, types].sum(axis=1) * documents[:, None]
            self.numbers[key] = len(self.columns)
            self.columns.append(counts.astype(np.float64))
        return self.numbers[key]


def _corpus_rows(
    corpus: DocumentCounts, *, draws: int, level: float, seed: int
) -> Iterator[dict[str, Any]]:
    sides = _Sides(corpus)
    rows: list[dict[str, Any]] = []
    pairs: list[tuple[int, int]] = []
    for a, b in combinations(np.flatnonzero(corpus.comparable).tolist(), 2):
        both = corpus.scored[a] & corpus.scored[b]
        for scope in SCOPES:
            types = corpus.within(scope)[a] & corpus.within(scope)[b]
            place = {"tested": corpus.tested, "scope": scope, "level": level, "draws": draws}
            place |= {"model_a": corpus.models[a], "model_b": corpus.models[b]}
            rows.append({**place, "documents": int(both.sum())})
            pairs.append((sides.add(a, types, both), sides.add(b, types, both)))
    if not rows:
        return
    stacked = np.stack(sides.columns, axis=1)  # (D, sides, 3)
    first, second = np.array(pairs).T
    whole = micro_ratios(stacked.sum(axis=0))["f1"]
    differences = whole[first] - whole[second]
    bootstrapped = _bootstrap(stacked, draws, generator(seed, corpus.tested, "paired bootstrap"))
    random = generator(seed, corpus.tested, "randomisation")
    p = _randomise(stacked, first, second, draws, random)
    for number, row in enumerate(rows):
        if np.isnan(differences[number]):
            continue
        a, b = pairs[number]
        low, high, _ = percentiles(bootstrapped[:, a] - bootstrapped[:, b], level)
        if row["documents"] < 2:
            low = high = None
        difference = float(differences[number])
        yield {**row, "difference": difference, "low": low, "high": high, "p": float(p[number])}


def _bootstrap(
    stacked: NDArray[np.float64], draws: int, random: np.random.Generator
) -> NDArray[np.float64]:
    """Compute F1 of each side in each draw of documents, (draws, sides)."""
    documents, sides, _ = stacked.shape
    flat = stacked.reshape(documents, -1)
    return np.concatenate(
        [
            micro_ratios((weights @ flat).reshape(-1, sides, 3))["f1"]
            for weights in resamples(documents, draws, random)
        ]
    )


def _randomise(
    stacked: NDArray[np.float64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    draws: int,
    random: np.random.Generator,
) -> NDArray[np.float64]:
    """Compute the two-sided p of each pair of sides; the swaps are the same for all pairs."""
    documents, sides, _ = stacked.shape
    flat, total = stacked.reshape(documents, -1), stacked.sum(axis=0)
    whole = micro_ratios(total)["f1"]
    observed = np.abs(whole[first] - whole[second])
    as_large = np.zeros(len(first))
    for size in parts(documents, draws):
        swapped = random.integers(0, 2, (size, documents), dtype=np.int8).astype(np.float64)
        moved = (swapped @ flat).reshape(size, sides, 3)
        exchanged = moved[:, second] - moved[:, first]
        a = micro_ratios(total[first] + exchanged)["f1"]
        b = micro_ratios(total[second] - exchanged)["f1"]
        # Without a gold mention F1 may be undefined after a swap; that is counted as no difference.
        difference = np.nan_to_num(np.abs(a - b), nan=np.inf)
        as_large += (difference >= observed - _EQUAL).sum(axis=0)
    return (1 + as_large) / (1 + draws)
