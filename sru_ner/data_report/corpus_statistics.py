"""Statistics of a harmonised corpus: sizes of splits, mentions by type and depth, lengths."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SPLITS

SENTENCE_EDGES = (0, 10, 20, 30, 40, 50, 60, 80, 100)
"""Lower edges of the bins of sentence lengths, in words."""
MENTION_EDGES = (1, 2, 3, 4, 5, 6, 8, 11)
"""Lower edges of the bins of mention lengths, in words."""


@dataclass(frozen=True, slots=True)
class SplitSize:
    """Sizes of a split, or of several together."""

    documents: int
    sentences: int
    words: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """Distribution of lengths, in words."""

    bins: tuple[tuple[str, int], ...]
    """Label and count of each bin, such as `10–19`."""
    median: float
    longest: int


@dataclass(frozen=True, slots=True)
class CorpusStatistics:
    """Statistics of one source."""

    source: str
    splits: Mapping[str, SplitSize]
    types: Mapping[str, Mapping[str, int]]
    """Type → split → mentions, types by name."""
    depths: tuple[int, ...]
    """Number of mentions by depth; those at depth 0 are outermost."""
    sentences: Lengths
    mentions: Lengths

    @property
    def total(self) -> SplitSize:
        """Sizes of all splits together."""
        sizes = self.splits.values()
        return SplitSize(
            sum(size.documents for size in sizes),
            sum(size.sentences for size in sizes),
            sum(size.words for size in sizes),
            sum(size.mentions for size in sizes),
        )

    @property
    def nested(self) -> int:
        """Number of mentions that are inside another one."""
        return sum(self.depths[1:])


def measure(corpus: Corpus) -> CorpusStatistics:
    """Compute the statistics of a harmonised source; raises what `Corpus` raises."""
    sizes: dict[str, SplitSize] = {}
    spans: list[pd.DataFrame] = []
    lengths: list[NDArray[np.int64]] = []
    inside: list[NDArray[np.int64]] = []
    for split in corpus.splits():
        documents = corpus.split(split).table("documents")
        sentences = corpus.split(split).table("sentences")
        columns = ["document_id", "start", "end", "type", "depth"]
        found = corpus.split(split).table("spans").select(columns).to_pandas()
        words = sentences["words"].combine_chunks().value_lengths().to_numpy()
        sizes[split] = SplitSize(
            documents.num_rows, sentences.num_rows, int(words.sum()), len(found)
        )
        lengths.append(words.astype(np.int64))
        inside.append(_words_inside(sentences, found))
        spans.append(found.assign(split=split))
    every = pd.concat(spans, ignore_index=True)
    return CorpusStatistics(
        source=corpus.name,
        splits=sizes,
        types=_types(every),
        depths=tuple(np.bincount(every["depth"].to_numpy(), minlength=1).tolist()),
        sentences=_lengths(np.concatenate(lengths), SENTENCE_EDGES),
        mentions=_lengths(np.concatenate(inside), MENTION_EDGES),
    )


def _types(spans: pd.DataFrame) -> dict[str, dict[str, int]]:
    counts = spans.groupby(["type", "split"]).size()
    rows = {cast("tuple[str, str]", key): int(count) for key, count in counts.items()}
    return {
        type_: {split: rows.get((type_, split), 0) for split in SPLITS}
        for type_ in sorted({type_ for type_, _ in rows})
    }


def _words_inside(sentences: pa.Table, spans: pd.DataFrame) -> NDArray[np.int64]:
    """Return the number of words that begin in each mention, at least 1, (mentions,)."""
    words = sentences["words"].combine_chunks()
    documents, names = pd.factorize(sentences["document_id"].to_pandas())
    # Offsets are far below 2³², so document and offset fit into one ascending number.
    place = np.repeat(documents.astype(np.int64) << 32, words.value_lengths().to_numpy())
    begins = place + words.flatten().field("start").to_numpy()
    of_span = pd.Index(names).get_indexer(pd.Index(spans["document_id"])).astype(np.int64) << 32
    first, last = (np.searchsorted(begins, of_span + spans[edge]) for edge in ("start", "end"))
    return np.maximum(1, last - first)


def _lengths(values: NDArray[np.int64], edges: tuple[int, ...]) -> Lengths:
    counts, _ = np.histogram(values, bins=[*edges, np.inf])
    ends = [following - 1 for following in edges[1:]]
    labels = [
        str(low) if low == high else f"{low}–{high}" for low, high in zip(edges, ends, strict=False)
    ]
    return Lengths(
        bins=tuple(zip([*labels, f"{edges[-1]}+"], counts.tolist(), strict=True)),
        median=float(np.median(values)) if len(values) else 0.0,
        longest=int(values.max(initial=0)),
    )
