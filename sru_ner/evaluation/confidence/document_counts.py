"""Counts of each document; intervals and significance tests resample documents.

Documents are those of the tested corpus. Some corpora were published as sentences, without saying
which of them belong together, such as the IOB files of BC2GM. There each sentence is a document,
so sentences are resampled, and intervals are narrower than they would be with real documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sru_ner.dataset.corpus import CorpusSplit
from sru_ner.errors import InputError
from sru_ner.evaluation.contamination import NONE_KNOWN, Contaminations
from sru_ner.evaluation.matrix import Scope

TP, FP, FN = range(3)
"""Indices of the last axis of `DocumentCounts.counts`."""


@dataclass(frozen=True)
class DocumentCounts:
    """Counts of all models on one tested corpus, by document and type."""

    tested: str
    models: tuple[str, ...]
    """Names of M models."""
    documents: tuple[str, ...]
    """Identifiers of all D documents of the corpus, also of those without a mention."""
    types: tuple[str, ...]
    """T types that have a gold mention or one predicted by a model, sorted."""
    counts: NDArray[np.int32]
    """(M, D, T, 3): true positives, false positives, false negatives; 0 where not scored."""
    known: NDArray[np.bool_]
    """(M, T): whether the model knows the type and has a gold or predicted mention of it here."""
    scored: NDArray[np.bool_]
    """(M, D): whether the document is scored for the model; some are not, since it learned them."""

    @cached_property
    def comparable(self) -> NDArray[np.bool_]:
        """(M): whether the model has any figure here, as `Cell.comparable` of the matrix."""
        return np.any(self.known, axis=1)

    def within(self, scope: Scope) -> NDArray[np.bool_]:
        """Return (M, T): whether a figure of the scope is over the type, for each model."""
        if scope == "common":
            return self.known
        return np.ones(self.known.shape, dtype=np.bool_)


def count_by_document(
    decisions: pa.Table,
    documents: Mapping[str, Sequence[str]],
    *,
    models: Sequence[str],
    leaks: Contaminations = NONE_KNOWN,
) -> list[DocumentCounts]:
    """Count the decisions of some models by document and type, one object for each corpus.

    `decisions` is what `scored_decisions` returns for the same `leaks`. `documents` are the
    identifiers of all documents of each tested corpus, in the order of the result. Raises
    `InputError` for a decision on a document that is not among them.
    """
    return [
        _count(
            decisions.filter((pc.field("tested") == tested) & pc.field("in_inventory")),
            tested,
            tuple(names),
            tuple(models),
            leaks,
        )
        for tested, names in documents.items()
    ]


def corpus_documents(tested: Iterable[CorpusSplit]) -> dict[str, list[str]]:
    """Return the sorted identifiers of the documents of each split, by corpus name.

    Raises what `CorpusSplit` raises.
    """
    return {
        split.corpus.name: sorted(split.table("documents")["document_id"].to_pylist())
        for split in tested
    }


def _count(
    decisions: pa.Table,
    tested: str,
    documents: tuple[str, ...],
    models: tuple[str, ...],
    leaks: Contaminations,
) -> DocumentCounts:
    types = tuple(sorted(decisions["type"].unique().to_pylist()))
    shape = (len(models), len(documents), len(types), 3)
    rows = decisions.filter(pc.field("model").isin(list(models)))
    model, type_ = places_among(rows["model"], models), places_among(rows["type"], types)
    document = places_among(rows["document_id"], documents)
    if (document < 0).any():
        unknown = rows["document_id"][int(np.argmax(document < 0))]
        raise InputError(
            f"there are decisions on document {unknown} of {tested}, which has no such document",
            remedy=f"run `sru-ner evaluate` again for {', '.join(models)}",
        )
    gold, predicted = (rows[name].to_numpy().astype(bool) for name in ("gold", "predicted"))
    outcome = np.where(gold & predicted, TP, np.where(predicted, FP, FN))
    place = np.ravel_multi_index((model, document, type_, outcome), shape)
    counts = np.bincount(place, minlength=int(np.prod(shape))).reshape(shape).astype(np.int32)
    knows: NDArray[np.bool_] = np.zeros((len(models), len(types)), dtype=np.bool_)
    knows[model, type_] = rows["known"].to_numpy().astype(bool)
    scored: NDArray[np.bool_] = np.ones((len(models), len(documents)), dtype=np.bool_)
    for number, name in enumerate(models):
        if left_out := leaks.left_out(name, tested):
            scored[number] = [document not in left_out for document in documents]
    return DocumentCounts(tested, models, documents, types, counts, knows, scored)


def places_among(column: pa.ChunkedArray, values: Sequence[str]) -> NDArray[np.int64]:
    """Return the index of each value of a column among `values`; -1 for a value not among them."""
    found = pc.index_in(column, value_set=pa.array(values, pa.string()))
    return pc.fill_null(found, -1).to_numpy().astype(np.int64)


def micro_ratios(counts: NDArray) -> dict[str, NDArray[np.float64]]:
    """Compute precision, recall and F1, (...) each, of counts (..., 3); NaN where undefined."""
    tp, fp, fn = (counts[..., place].astype(np.float64) for place in (TP, FP, FN))
    with np.errstate(invalid="ignore"):
        return {
            "precision": tp / (tp + fp),
            "recall": tp / (tp + fn),
            "f1": 2 * tp / (2 * tp + fp + fn),
        }
