"""Chooses the seed with which documents of a user's corpus are drawn into splits."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sru_ner.errors import InputError
from sru_ner.harmonize.splits import Draw, draw_split
from sru_ner.rendering.amounts import counted
from sru_ner.settings.sections import HarmonizeSettings

SEEDS = 1000
"""Number of seeds that are tried."""


class Drawn(NamedTuple):
    """A document whose split is drawn."""

    splits: tuple[str, ...]
    """Splits into which it may be drawn."""
    id: str
    mentions: int
    """Number of its mentions in the file."""


def choose_seed(documents: Sequence[Drawn]) -> int:
    """Return the first seed that gives every split its share, roughly, and a mention.

    Of a few documents, a draw may leave a split empty. Where a document is drawn to depends on the
    seed and its identifier only, so documents that are added later move no other. Returns 0 if
    there is nothing to draw. Raises `InputError` if there are too few documents for the splits.
    """
    wanted = {split for document in documents for split in document.splits}
    shares = HarmonizeSettings()
    expected = {"dev": shares.dev_share, "test": shares.test_share}
    fallback: int | None = None
    for seed in range(SEEDS if documents else 1):
        draw = Draw(shares.dev_share, shares.test_share, seed)
        splits = [draw_split(document.id, document.splits, draw) for document in documents]
        sizes = Counter(splits)
        if any(not sizes[split] for split in wanted):
            continue
        marked = {s for s, document in zip(splits, documents, strict=True) if document.mentions}
        fair = all(
            sizes[split] <= max(1, 1.5 * share * len(documents))
            and sizes[split] >= 0.67 * share * len(documents) - 0.5
            for split, share in expected.items()
            if split in wanted and "train" in wanted
        )
        if fair and marked >= wanted:
            return seed
        fallback = seed if fallback is None else fallback
    if documents and fallback is None:
        raise InputError(
            f"{counted(len(documents), 'document')} cannot be drawn into"
            f" {', '.join(sorted(wanted, key=['train', 'dev', 'test'].index))}",
            remedy="add files for these splits, or say what the file is: --split FILE=train",
        )
    return fallback or 0
