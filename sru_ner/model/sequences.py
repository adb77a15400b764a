"""Sequences of words before they become tensors: their sub-words and their gold steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np

from sru_ner.model.wordpieces import WordPieces

Integers = Sequence[int] | np.ndarray
"""Integers in one dimension: a list, or an array that may lie in a mapped file."""


@dataclass(frozen=True, slots=True)
class EncodedWords:
    """The sub-words of a sequence, without CLS and SEP."""

    ids: Integers
    """Ids of all sub-words, one word after the other."""
    counts: Integers
    """Sub-words of each word, all at least 1."""

    @property
    def length(self) -> int:
        """Sub-words with CLS and SEP."""
        return len(self.ids) + 2


def encode_words(pieces: WordPieces, sentences: Sequence[Sequence[str]]) -> list[EncodedWords]:
    """The sub-words of sentences that are given as words."""
    # All words at once: a tokenizer is many times slower when it is called for each sentence.
    ids = iter(pieces(list(chain.from_iterable(sentences))))
    encoded = []
    for words in sentences:
        own = list(islice(ids, len(words)))
        encoded.append(EncodedWords(list(chain.from_iterable(own)), [len(each) for each in own]))
    return encoded


def join_words(parts: Sequence[EncodedWords]) -> EncodedWords:
    """Sequences as one, each after the one before it."""
    if len(parts) == 1:
        return parts[0]
    return EncodedWords(
        list(chain.from_iterable(part.ids for part in parts)),
        list(chain.from_iterable(part.counts for part in parts)),
    )


def slice_words(words: EncodedWords, start: int, end: int, limit: int) -> EncodedWords:
    """The words `start..end` as a sequence of their own; a word beyond the limit loses its tail."""
    first = sum(words.counts[:start])
    ids = words.ids[first : first + sum(words.counts[start:end])]
    counts = words.counts[start:end]
    if len(counts) == 1 and counts[0] > limit - 2:
        return EncodedWords(ids[: limit - 2], [limit - 2])
    return EncodedWords(ids, counts)


@dataclass(frozen=True, slots=True)
class GoldSteps:
    """The gold steps of a sequence, written as (step, action) pairs."""

    steps: Integers
    """Number of the step that each action belongs to, ascending."""
    actions: Integers
    """Ids of the actions."""

    @classmethod
    def of(cls, steps: Sequence[Sequence[int]]) -> "GoldSteps":
        """From a list of action ids per step, as `actions.gold_steps` gives it."""
        return cls(
            [number for number, step in enumerate(steps) for _ in step],
            [action for step in steps for action in step],
        )

    def lists(self) -> list[list[int]]:
        """The action ids of each step: the inverse of `of`."""
        found: list[list[int]] = [[] for _ in range(self.count)]
        for step, action in zip(self.steps, self.actions, strict=True):
            found[int(step)].append(int(action))
        return found

    @property
    def count(self) -> int:
        """Steps, EOA included; each has an action."""
        return int(self.steps[-1]) + 1
