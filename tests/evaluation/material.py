"""Counts by document that are made, not read."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sru_ner.evaluation.confidence.document_counts import DocumentCounts


def corpus_of(
    counts: NDArray, *, known: Sequence[Sequence[bool]] | None = None, tested: str = "t"
) -> DocumentCounts:
    """Models `a`, `b`, … on documents and types that are numbered; counts: (M, D, T, 3)."""
    models, documents, types, _ = counts.shape
    return DocumentCounts(
        tested=tested,
        models=tuple("abcdefgh"[:models]),
        documents=tuple(map(str, range(documents))),
        types=tuple(f"T{number}" for number in range(types)),
        counts=counts.astype(np.int32),
        known=np.ones((models, types), dtype=bool) if known is None else np.array(known),
        scored=np.ones((models, documents), dtype=bool),
    )


def answers_of(gold: NDArray, skill: float, random: np.random.Generator) -> NDArray:
    """One model's counts (D, 3) on documents with that many gold mentions (D)."""
    tp = random.binomial(gold, skill)
    return np.stack([tp, random.binomial(gold, 1 - skill), gold - tp], axis=-1)
