"""Find training documents that overlap with test documents.

Two documents overlap if they are the same text, if they are near-duplicates (Jaccard index of their
shingles), or if nearly all of the shorter one is in the longer one, such as a training sentence in
a tested abstract. Equal identifiers are recorded but prove nothing, since many corpora count from
1: the texts decide. Texts of fewer than `SHORTEST_TEXT` letters ("BACKGROUND", "Copyright 1999
Academic Press.") prove nothing either, so such documents are counted but not compared.
"""

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from sru_ner.dataset.corpus import Corpus
from sru_ner.leakage.fingerprints import Letters, letters, shared
from sru_ner.leakage.pairs import Leakage

SHORTEST_TEXT = 40
"""Smallest number of letters of a text that is compared."""
SIMILAR = 0.8
"""Smallest Jaccard index of near-duplicates; also the smallest share of a text that must be in a
longer one for it to be contained there."""
LEARNED_SPLITS = ("train", "dev")
"""Splits that a model learns from; dev is one of them, because it chooses the epoch."""
TESTED_SPLITS = ("dev", "test")
"""Splits that a model is tested on."""

_COMMON = 100  # texts; a fingerprint that more texts share is a common phrase
_PROMISING = 0.1  # share of fingerprints; a text of which 0.8 is in another has more
_CACHED = 20_000  # sets of shingles kept


def find_leakage(corpora: Iterable[Corpus]) -> Leakage:
    """Compare every train and dev split of harmonised sources with every other dev and test split.

    The same tables always give the same rows. Raises what `Corpus` raises.
    """
    documents = _documents(corpora)
    long = documents[documents["letters"].str.len() >= SHORTEST_TEXT]
    texts = list(dict.fromkeys(long["letters"]))
    number = {text: i for i, text in enumerate(texts)}
    members = long.assign(text=long["letters"].map(number)).drop(columns="letters")
    pairs = _expand(members, _same_texts(len(texts)), _similar_texts(texts, members))
    counts = documents.groupby(["source", "split"], observed=True, as_index=False).agg(
        documents=("document_id", "size"),
        too_short=("letters", lambda column: int((column.str.len() < SHORTEST_TEXT).sum())),
    )
    return Leakage.of(
        pa.Table.from_pandas(pairs, preserve_index=False),
        pa.Table.from_pandas(counts, preserve_index=False),
    )


def _documents(corpora: Iterable[Corpus]) -> pd.DataFrame:
    frames = [
        corpus.table("documents")
        .select(["source", "split", "document_id", "text"])
        .to_pandas()
        .astype({"source": object, "split": object})
        for corpus in sorted(corpora, key=lambda corpus: corpus.name)
    ]
    found = pd.concat(frames, ignore_index=True)
    return found.assign(letters=found["text"].map(letters)).drop(columns="text")


def _same_texts(count: int) -> pd.DataFrame:
    every = np.arange(count)
    return pd.DataFrame({"one": every, "other": every, "jaccard": 1.0, "share": 1.0, "of": 1.0})


def _similar_texts(texts: list[str], members: pd.DataFrame) -> pd.DataFrame:
    """Find pairs of different texts that overlap, in both directions.

    Columns: `one` and `other` (numbers of texts), `jaccard`, `share` (of `one` that is in `other`)
    and `of` (the share of `other` that is in `one`).
    """
    flat = Letters.of(texts)
    candidates = _candidates(flat, members)
    # Consecutive pairs have the same first text, so its shingles are computed once.
    shingles = lru_cache(_CACHED)(flat.shingles)
    rows = []
    for one, other in candidates.tolist():
        a, b = shingles(one), shingles(other)
        common = shared(a, b)
        if common >= SIMILAR * min(len(a), len(b)):
            jaccard = common / (len(a) + len(b) - common)
            rows.append((one, other, jaccard, common / len(a), common / len(b)))
            rows.append((other, one, jaccard, common / len(b), common / len(a)))
    return pd.DataFrame(rows, columns=["one", "other", "jaccard", "share", "of"])


def _candidates(flat: Letters, members: pd.DataFrame) -> NDArray[np.int64]:
    """Find pairs of a learned and a tested text that have enough fingerprints in common.

    Returns the numbers of the texts, (P, 2), sorted, with the smaller number first.
    """
    count = len(flat.bounds) - 1
    learned, tested = (
        np.isin(np.arange(count), members["text"][members["split"].isin(splits)])
        for splits in (LEARNED_SPLITS, TESTED_SPLITS)
    )
    fingerprint, text = flat.fingerprints()
    size = np.bincount(text, minlength=count)
    blocks = []
    at = np.flatnonzero(_in_groups_up_to(_COMMON, fingerprint))
    fingerprint, text = fingerprint[at], text[at]
    # Rows of one fingerprint are neighbours: compare those that are d rows apart for d = 1, 2, …
    at = np.arange(len(text))
    for distance in range(1, _COMMON):
        at = at[at + distance < len(text)]
        at = at[fingerprint[at] == fingerprint[at + distance]]
        one, other = text[at], text[at + distance]  # ascending within a fingerprint
        matters = (learned[one] & tested[other]) | (tested[one] & learned[other])
        blocks.append(one[matters] * count + other[matters])
    keys, common = np.unique(np.concatenate(blocks), return_counts=True)
    found = np.stack(np.divmod(keys, count), axis=1)
    return found[common >= _PROMISING * size[found].min(axis=1)]


def _in_groups_up_to(limit: int, values: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Mark those of N sorted values that occur at least twice and at most `limit` times, (N,)."""
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]][: len(values)])
    sizes = np.diff(np.r_[starts, len(values)])
    return np.repeat((sizes > 1) & (sizes <= limit), sizes)


def _expand(members: pd.DataFrame, same: pd.DataFrame, similar: pd.DataFrame) -> pd.DataFrame:
    """Turn pairs of texts into pairs of a learned and a tested document."""
    columns = ["source", "split", "document_id", "text"]
    learned = members[members["split"].isin(LEARNED_SPLITS)][columns]
    learned.columns = ["learned", "learned_split", "learned_document", "one"]
    tested = members[members["split"].isin(TESTED_SPLITS)][columns]
    tested.columns = ["tested", "tested_split", "tested_document", "other"]
    texts = pd.concat([same, similar], ignore_index=True)
    found = texts.merge(learned, on="one").merge(tested, on="other")
    one_split = (found["learned"] == found["tested"]) & (
        found["learned_split"] == found["tested_split"]
    )
    found = found[~one_split]
    kind = np.select(
        [found["one"] == found["other"], found["jaccard"] >= SIMILAR], ["text", "near"], "part"
    )
    return found.assign(
        kind=kind,
        same_id=found["learned_document"] == found["tested_document"],
        learned_share=found["share"],
        tested_share=found["of"],
    ).drop(columns=["one", "other", "share", "of"])
