"""Sequences of words as tensors: sub-words, the slots they belong to, gold steps, open actions."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import chain, islice, pairwise

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from sru_ner.harmonize.store import TypeInventory
from sru_ner.model.actions import action_count, reduce, transition
from sru_ner.model.encoder import WordPieces, special_ids
from sru_ner.model.labels import label_source, type_name

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


def slice_words(words: EncodedWords, start: int, end: int, limit: int) -> EncodedWords:
    """The words `start..end` as a sequence of their own; a word beyond the limit loses its tail."""
    first = sum(words.counts[:start])
    ids = words.ids[first : first + sum(words.counts[start:end])]
    counts = words.counts[start:end]
    if len(counts) == 1 and counts[0] > limit - 2:
        return EncodedWords(ids[: limit - 2], [limit - 2])
    return EncodedWords(ids, counts)


def encoder_inputs(
    sequences: Sequence[EncodedWords], tokenizer: PreTrainedTokenizerBase
) -> dict[str, Tensor]:
    """Pad sequences to a batch.

    Returns input_ids (B, L) int64, attention_mask (B, L) int64, slot_of_subword (B, L) int64 with
    the number of slots at padding, and word_counts (B,) int64.
    """
    cls, sep, pad = special_ids(tokenizer)
    words = np.array([len(sequence.counts) for sequence in sequences])
    subwords = np.array([len(sequence.ids) for sequence in sequences])
    slots = int(words.max()) + 2
    shape = len(sequences), int(subwords.max()) + 2
    column = np.arange(shape[1])
    inside = (column > 0) & (column <= subwords[:, None])  # (B, L)
    last = np.arange(shape[0]), subwords + 1
    # Row-major order of a mask is the order of the sequences, one after the other.
    ids = np.full(shape, pad)
    ids[:, 0], ids[last] = cls, sep
    ids[inside] = np.concatenate([sequence.ids for sequence in sequences])
    owners = np.full(shape, slots)
    owners[:, 0], owners[last] = 0, words + 1
    owners[inside] = np.repeat(
        _places(words) + 1, np.concatenate([sequence.counts for sequence in sequences])
    )
    return {
        "input_ids": torch.from_numpy(ids),
        "attention_mask": torch.from_numpy((column < subwords[:, None] + 2).astype(np.int64)),
        "slot_of_subword": torch.from_numpy(owners),
        "word_counts": torch.from_numpy(words),
    }


def gold_tensors(steps: Sequence[Sequence[Sequence[int]]], actions: int) -> dict[str, Tensor]:
    """`step_tensors` of rows given as a list of action ids per step."""
    return step_tensors([GoldSteps.of(row) for row in steps], actions)


def step_tensors(rows: Sequence[GoldSteps], actions: int) -> dict[str, Tensor]:
    """Gold steps of each row as gold_steps (B, G, V) float32 and step_counts (B,) int64.

    actions: V. The dense tensor is small beside the encoder's work: a batch of 16 rows of 60
    steps over 54 actions is 0.2 MB to hand over.
    """
    counts = np.array([row.count for row in rows])
    gold = np.zeros((len(rows), int(counts.max()), actions), dtype=np.float32)
    row = np.repeat(np.arange(len(rows)), [len(row.steps) for row in rows])
    gold[
        row,
        np.concatenate([row.steps for row in rows]),
        np.concatenate([row.actions for row in rows]),
    ] = 1
    return {"gold_steps": torch.from_numpy(gold), "step_counts": torch.from_numpy(counts)}


def _places(lengths: np.ndarray) -> np.ndarray:
    """0, 1, … within each of some runs of the given lengths, one run after the other."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)


def open_action_table(
    labels: Sequence[str], inventories: Sequence[TypeInventory], *, closed: bool = False
) -> Tensor:
    """(B, V) bool: the actions of the labels that nobody can judge in each row.

    labels: all of the model. inventories: one per row. Open are the labels of types that were
    not marked there, and those of other sources. With `closed` these count as absent, but for
    types that a coarser one covers: where everything is marked by its coarse name, a finer name
    is not wrong.
    """
    table = torch.zeros(len(inventories), action_count(len(labels)), dtype=torch.bool)
    seen: dict[tuple[str, tuple[str, ...]], Tensor] = {}
    for row, inventory in enumerate(inventories):
        key = inventory.source, inventory.types
        if key not in seen:
            opened = [i for i, each in enumerate(labels) if _is_open(each, inventory, closed)]
            actions = [action for i in opened for action in (transition(i), reduce(i))]
            seen[key] = torch.zeros_like(table[row]).index_fill_(0, torch.tensor(actions).long(), 1)
        table[row] = seen[key]
    return table


def _is_open(label: str, inventory: TypeInventory, closed: bool) -> bool:
    type_ = type_name(label)
    if type_ in inventory.types and label_source(label) in (None, inventory.source):
        return False
    return not closed or inventory.status(type_) == "covered"
