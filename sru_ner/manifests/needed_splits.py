"""Checks that harmonised corpora have the splits that are learned from or tested on."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError

LEARNED_SPLITS = ("train", "dev")
"""Splits that every source of an experiment has to have; dev chooses the epoch."""


def check_splits(root: Path, needed: Mapping[str, Sequence[str]]) -> None:
    """Check that harmonised sources have the splits that are needed of them.

    needed: source → splits. Raises `UnknownNameError` for a source that is not harmonised, and
    `InputError` that lists every source without one of its splits.
    """
    problems = []
    for name, splits in needed.items():
        corpus = Corpus(root, name)
        corpus.check_table("documents")
        found = corpus.splits()
        if missing := [split for split in splits if split not in found]:
            problems.append(
                f"{name} has no {' and no '.join(missing)} split, only {', '.join(found)}"
            )
    if problems:
        raise InputError(
            "; ".join(problems),
            path=root,
            remedy="draw the split (`split: [train, dev, test]` for a file in the entry of the"
            " corpus) and harmonise it again, or leave the corpus out there",
        )
