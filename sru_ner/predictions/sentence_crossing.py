"""Mentions that reach into a second sentence, which no model that reads sentences can find."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.text.sentences import find_cuts


def sentence_starts(document: RawDocument) -> list[int]:
    """Offsets at which a sentence begins, ascending, without 0.

    Those of the file where it gives sentences; else the splitter's, which is not told of mentions
    here, and where passages begin.
    """
    if document.sentences is not None:
        return sorted({sentence.start for sentence in document.sentences} - {0})
    cuts = set(document.passage_cuts)
    for start, end in pairwise([0, *document.passage_cuts, len(document.text)]):
        cuts.update(start + cut for cut in find_cuts(document.text[start:end]))
    return sorted(cuts - {0})


def without_crossing(decisions: pa.Table, starts: Mapping[str, Sequence[int]]) -> pa.Table:
    """Decisions on mentions within one sentence, gold and predicted.

    starts: offsets at which sentences begin, ascending, by document.
    """
    return decisions.filter(pa.array(~_crossing(decisions, starts)))


def _crossing(decisions: pa.Table, starts: Mapping[str, Sequence[int]]) -> npt.NDArray[np.bool_]:
    """Whether a sentence begins inside a mention; (rows,)."""
    columns = (decisions[name].to_pylist() for name in ("document_id", "start", "end"))
    edges = {name: np.asarray(found, dtype=np.int64) for name, found in starts.items()}
    found = [
        np.searchsorted(edges[document], start, side="right")
        < np.searchsorted(edges[document], end, side="left")
        for document, start, end in zip(*columns, strict=True)
    ]
    return np.array(found, dtype=bool)
