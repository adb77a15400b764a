"""Packing: neighbouring sentences of a document that share a sequence."""

from collections.abc import Hashable, Sequence
from itertools import pairwise


def pack_sentences(
    counts: Sequence[int], documents: Sequence[Hashable], limit: int
) -> list[tuple[int, int]]:
    """Group neighbouring sentences of one document, as many as fit the limit.

    counts: number of sub-words of each sentence. documents: the document of each sentence. limit:
    sub-words of a sequence, CLS and SEP included; a sentence above it has a sequence of its own.
    Groups are filled greedily from the front. Returns consecutive ranges (first, end) that cover
    all sentences.
    """
    firsts: list[int] = []
    used = 0
    for index, count in enumerate(counts):
        same_document = index > 0 and documents[index] == documents[index - 1]
        if not same_document or used + count > limit - 2:
            firsts.append(index)
            used = 0
        used += count
    return list(pairwise([*firsts, len(counts)]))
