"""Cutting training sequences that are longer than the model reads, outside their mentions."""

from collections.abc import Sequence

from sru_ner.model.sequences import EncodedWords, Integers


def cut_outside_mentions(
    counts: Integers, limit: int, mentions: Sequence[tuple[int, int]] = ()
) -> list[tuple[int, int]]:
    """Cut a sequence into ranges of words that fit the limit.

    counts: number of sub-words of each word. limit: sub-words of a range, CLS and SEP included.
    mentions: ranges of words (start, end) to keep whole. A mention longer than the limit is cut
    all the same. A word longer than the limit has a range of its own. Returns consecutive ranges
    (start, end) that cover all words.
    """
    ranges: list[tuple[int, int]] = []
    start = used = 0
    for word, count in enumerate(counts):
        used += count
        # Repeated, because the words between a cut and the next mention may be too long as well.
        while used > limit - 2 and word > start:
            cut = _move_outside(word, mentions, start)
            ranges.append((start, cut))
            start, used = cut, sum(counts[cut : word + 1])
    if start < len(counts):
        ranges.append((start, len(counts)))
    return ranges


def _move_outside(cut: int, mentions: Sequence[tuple[int, int]], start: int) -> int:
    """Move a cut back until it is in no mention; return it unmoved if nothing would be left."""
    moved = cut
    while inside := [first for first, end in mentions if first < moved < end]:
        moved = min(inside)
    return moved if moved > start else cut


def slice_words(words: EncodedWords, start: int, end: int, limit: int) -> EncodedWords:
    """Return the words `start..end` as a sequence of their own.

    A single word that is longer than `limit` sub-words, CLS and SEP included, loses its tail.
    """
    first = sum(words.counts[:start])
    ids = words.ids[first : first + sum(words.counts[start:end])]
    counts = words.counts[start:end]
    if len(counts) == 1 and counts[0] > limit - 2:
        return EncodedWords(ids[: limit - 2], [limit - 2])
    return EncodedWords(ids, counts)
