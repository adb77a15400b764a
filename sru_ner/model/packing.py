"""Which sentences share a sequence, and where a sequence that is too long is cut."""

from collections.abc import Hashable, Sequence
from itertools import pairwise

from sru_ner.model.sequences import Integers


def pack(counts: Sequence[int], documents: Sequence[Hashable], limit: int) -> list[tuple[int, int]]:
    """Put neighbouring sentences of one document together, as many as fit the limit.

    counts: sub-words of each sentence. documents: what tells their documents apart. limit: of
    sub-words, CLS and SEP of the whole sequence included. Greedy from the front; a sentence
    beyond the limit stands alone. Returns consecutive (first, end) over all sentences.
    """
    firsts: list[int] = []
    used = 0
    for index, count in enumerate(counts):
        together = index > 0 and documents[index] == documents[index - 1]
        if not together or used + count > limit - 2:
            firsts.append(index)
            used = 0
        used += count
    return list(pairwise([*firsts, len(counts)]))


def windows(
    counts: Integers, limit: int, keep_whole: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Cut a sequence into ranges of words whose sub-words, with CLS and SEP, fit the limit.

    counts: sub-words of each word. keep_whole: ranges of words that no cut may fall into. A range
    too long for any window is cut all the same, and so is a word: the caller sees it from the
    result. Returns consecutive (start, end) over all words.
    """
    found: list[tuple[int, int]] = []
    start = used = 0
    for word, count in enumerate(counts):
        used += count
        # Once more where what is left of the words before a mention is too long as well.
        while used > limit - 2 and word > start:
            cut = _outside(word, keep_whole, start)
            found.append((start, cut))
            start, used = cut, sum(counts[cut : word + 1])
    if start < len(counts):
        found.append((start, len(counts)))
    return found


def _outside(cut: int, keep_whole: Sequence[tuple[int, int]], start: int) -> int:
    """The last place up to `cut` that is in no range; `cut` itself if that leaves nothing."""
    moved = cut
    while inside := [s for s, e in keep_whole if s < moved < e]:
        moved = min(inside)
    return moved if moved > start else cut
