"""Sequences of words, their sub-words and their gold steps, before they become tensors."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from sru_ner.model.wordpieces import WordPieces

Integers = Sequence[int] | np.ndarray
"""A list of integers, or a one-dimensional array, which may be part of a memory-mapped file."""


@dataclass(frozen=True, slots=True)
class EncodedWords:
    """Holds the sub-words of a sequence, without CLS and SEP."""

    ids: Integers
    """Ids of all sub-words in text order."""
    counts: Integers
    """Number of sub-words of each word, at least 1."""

    @property
    def length(self) -> int:
        """Number of sub-words, CLS and SEP included."""
        return len(self.ids) + 2


def encode_words(pieces: WordPieces, sentences: Sequence[Sequence[str]]) -> list[EncodedWords]:
    """Tokenise sentences, each given as its words, into sub-words."""
    # All words in one call: one call per sentence makes a tokenizer many times slower.
    ids = iter(pieces(list(chain.from_iterable(sentences))))
    encoded = []
    for words in sentences:
        own = list(islice(ids, len(words)))
        encoded.append(EncodedWords(list(chain.from_iterable(own)), [len(each) for each in own]))
    return encoded


def join_words(parts: Sequence[EncodedWords]) -> EncodedWords:
    """Join sequences, in the given order, into one."""
    if len(parts) == 1:
        return parts[0]
    return EncodedWords(
        list(chain.from_iterable(part.ids for part in parts)),
        list(chain.from_iterable(part.counts for part in parts)),
    )


@dataclass(frozen=True, slots=True)
class GoldSteps:
    """Holds the gold steps of a sequence as (step, action) pairs."""

    steps: Integers
    """Number of each action's step, ascending."""
    actions: Integers
    """Ids of the actions."""

    @classmethod
    def of(cls, steps: Sequence[Sequence[int]]) -> "GoldSteps":
        """Build from a list of action ids per step, as `actions.gold_steps` returns it."""
        return cls(
            [number for number, step in enumerate(steps) for _ in step],
            [action for step in steps for action in step],
        )

    def lists(self) -> list[list[int]]:
        """Return the action ids of each step: the inverse of `of`."""
        by_step: list[list[int]] = [[] for _ in range(self.count)]
        for step, action in zip(self.steps, self.actions, strict=True):
            by_step[int(step)].append(int(action))
        return by_step

    @property
    def count(self) -> int:
        """Number of steps, EOA included; every step has an action."""
        return int(self.steps[-1]) + 1
