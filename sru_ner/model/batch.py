"""Batches of sequences as tensors: the encoder's input, and the gold steps of training.

Shapes: B rows, L sub-words, G gold steps, V actions.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from sru_ner.model.sequences import EncodedWords, GoldSteps
from sru_ner.model.wordpieces import Tokenizer, special_ids


def encoder_inputs(sequences: Sequence[EncodedWords], tokenizer: Tokenizer) -> dict[str, Tensor]:
    """Pad sequences to a batch and add CLS and SEP.

    Returns input_ids, attention_mask and slot_of_subword, all (B, L) int64, and word_counts (B,)
    int64. At padding slot_of_subword is the number of slots.
    """
    cls, sep, pad = special_ids(tokenizer)
    words = np.array([len(sequence.counts) for sequence in sequences])
    subwords = np.array([len(sequence.ids) for sequence in sequences])
    slots = int(words.max()) + 2
    shape = len(sequences), int(subwords.max()) + 2
    column = np.arange(shape[1])
    inside = (column > 0) & (column <= subwords[:, None])  # (B, L)
    last = np.arange(shape[0]), subwords + 1
    # A mask is filled in row-major order: one sequence after the other.
    ids = np.full(shape, pad)
    ids[:, 0], ids[last] = cls, sep
    ids[inside] = np.concatenate([sequence.ids for sequence in sequences])
    slot_of_subword = np.full(shape, slots)
    slot_of_subword[:, 0], slot_of_subword[last] = 0, words + 1
    slot_of_subword[inside] = np.repeat(
        _positions(words) + 1, np.concatenate([sequence.counts for sequence in sequences])
    )
    return {
        "input_ids": torch.from_numpy(ids),
        "attention_mask": torch.from_numpy((column < subwords[:, None] + 2).astype(np.int64)),
        "slot_of_subword": torch.from_numpy(slot_of_subword),
        "word_counts": torch.from_numpy(words),
    }


def gold_tensors(rows: Sequence[GoldSteps], actions: int) -> dict[str, Tensor]:
    """Return gold_steps (B, G, V) float32, multi-hot, and step_counts (B,) int64.

    actions: V. The dense tensor is cheap: 16 rows of 60 steps over 54 actions take 0.2 MB.
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


def _positions(lengths: np.ndarray) -> np.ndarray:
    """Return 0, 1, … up to each length, all of them joined: (2, 3) gives 0, 1, 0, 1, 2."""
    return np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
