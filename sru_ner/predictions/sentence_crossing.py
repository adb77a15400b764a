"""Mentions that cross sentences: no model that reads one sentence at a time can find them."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.text.sentences import find_cuts


def sentence_starts(document: RawDocument) -> list[int]:
    """Return the ascending offsets at which sentences begin, without 0.

    If the file gives no sentences, they begin where passages do and where the sentence splitter
    cuts. The splitter does not know the mentions here.
    """
    if document.sentences is not None:
        return sorted({sentence.start for sentence in document.sentences} - {0})
    cuts = set(document.passage_cuts)
    for start, end in pairwise([0, *document.passage_cuts, len(document.text)]):
        cuts.update(start + cut for cut in find_cuts(document.text[start:end]).places)
    return sorted(cuts - {0})


def without_crossing(decisions: pa.Table, starts: Mapping[str, Sequence[int]]) -> pa.Table:
    """Return the decisions on mentions that are within one sentence.

    starts: ascending offsets at which sentences begin, by document.
    """
    return decisions.filter(pa.array(~_crossing(decisions, starts)))


def _crossing(decisions: pa.Table, starts: Mapping[str, Sequence[int]]) -> npt.NDArray[np.bool_]:
    """Return whether a sentence begins inside each mention, (rows,)."""
    columns = (decisions[name].to_pylist() for name in ("document_id", "start", "end"))
    edges = {name: np.asarray(found, dtype=np.int64) for name, found in starts.items()}
    found = [
        np.searchsorted(edges[document], start, side="right")
        < np.searchsorted(edges[document], end, side="left")
        for document, start, end in zip(*columns, strict=True)
    ]
    return np.array(found, dtype=bool)
