"""Sequences of words as tensors: sub-words, the slots they belong to, gold steps, open actions."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from sru_ner.model.sequences import EncodedWords, GoldSteps
from sru_ner.model.wordpieces import special_ids


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
