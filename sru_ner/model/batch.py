"""Sequences of words as tensors: sub-words, the slots they belong to, gold steps, open actions."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.utils.rnn import pad_sequence
from transformers import PreTrainedTokenizerBase

from sru_ner.harmonize.store import TypeInventory
from sru_ner.model.actions import action_count, reduce, transition
from sru_ner.model.configuration import label_source, type_name
from sru_ner.model.encoder import special_ids


@dataclass(frozen=True, slots=True)
class EncodedWords:
    """The sub-words of a sequence, without CLS and SEP."""

    ids: list[int]
    """Ids of all sub-words, one word after the other."""
    counts: list[int]
    """Sub-words of each word, all at least 1."""

    @property
    def length(self) -> int:
        """Sub-words with CLS and SEP."""
        return len(self.ids) + 2


def windows(
    counts: Sequence[int], limit: int, keep_whole: Sequence[tuple[int, int]] = ()
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
        if used > limit - 2 and word > start:
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
    counts = torch.tensor([len(sequence.counts) for sequence in sequences])
    slots = int(counts.max()) + 2
    ids = [torch.tensor([cls, *sequence.ids, sep]) for sequence in sequences]
    owners = [
        torch.arange(len(s.counts) + 2).repeat_interleave(torch.tensor([1, *s.counts, 1]))
        for s in sequences
    ]
    slot_of_subword = pad_sequence(owners, batch_first=True, padding_value=slots)
    return {
        "input_ids": pad_sequence(ids, batch_first=True, padding_value=pad),
        "attention_mask": (slot_of_subword < slots).long(),
        "slot_of_subword": slot_of_subword,
        "word_counts": counts,
    }


def gold_tensors(steps: Sequence[Sequence[Sequence[int]]], actions: int) -> dict[str, Tensor]:
    """Gold steps of each row as gold_steps (B, G, V) float32 and step_counts (B,) int64."""
    counts = torch.tensor([len(row) for row in steps])
    gold = torch.zeros(len(steps), int(counts.max()), actions)
    places = [(r, s, a) for r, row in enumerate(steps) for s, step in enumerate(row) for a in step]
    gold[tuple(torch.tensor(places).t())] = 1.0
    return {"gold_steps": gold, "step_counts": counts}


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
