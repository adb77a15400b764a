"""Training sequences of tokenised sources, and their collation to the model's input."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset
from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.actions import EOA, SHIFT, action_count, reduce, transition
from sru_ner.model.batch import encoder_inputs, gold_tensors
from sru_ner.model.exclusive_actions import exclusive_action_table, ruled_out_actions
from sru_ner.model.labels import type_name
from sru_ner.model.open_actions import open_action_table
from sru_ner.model.sequences import EncodedWords, GoldSteps
from sru_ner.training.teacher import CERTAIN, TaughtSteps
from sru_ner.training.tokenized import TokenizedSource


@dataclass(frozen=True, slots=True)
class TrainingSequence:
    """Several sentences of a document, one sentence or a part of one, with the gold steps."""

    source: str
    words: EncodedWords
    steps: GoldSteps
    annotated_types: tuple[str, ...] | None = None
    """Types marked in its document; None: all types of the source."""
    rejected: GoldSteps | None = None
    """Actions that are wrong at their steps, though their types are open there; None: none."""
    taught: TaughtSteps | None = None
    """The teacher's probabilities; None: it says nothing."""
    taught_actions: np.ndarray | None = None
    """Ids of all actions that the teacher knows."""


class SequenceDataset(Dataset[TrainingSequence]):
    """The training sequences of several sources, one source after the other.

    An item consists of views into the sources' columns. If these are memory-mapped files, only
    the parts that are read are in memory.
    """

    def __init__(
        self,
        parts: Mapping[str, TokenizedSource],
        inventories: Mapping[str, Sequence[str]],
        labels: Sequence[str],
    ) -> None:
        """Combine sources under the action table of the model.

        parts: source → its sequences. inventories: source → the labels of its types. labels: all
        labels of the model, by type number.
        """
        self._parts = [
            (source, part, actions, actions[_taught_actions(part)])
            for source, part in parts.items()
            for actions in [_action_map(part, inventories[source], labels)]
        ]
        sizes = [len(part) for part in parts.values()]
        self._firsts = [0, *np.cumsum(sizes).tolist()]
        self.sources = np.repeat(np.array(list(parts)), sizes)
        """(sequences,) str: source of each sequence."""
        self.lengths = np.concatenate([part.lengths for part in parts.values()])
        """(sequences,) int64: number of sub-words of each sequence, CLS and SEP included."""

        self.mentioning = np.concatenate([part.mentioning for part in parts.values()])
        """(sequences,) bool: whether annotators marked a mention in each sequence."""

    def __len__(self) -> int:
        return self._firsts[-1]

    def __getitem__(self, index: int) -> TrainingSequence:
        if not 0 <= index < len(self):
            raise IndexError(f"sequence {index} of {len(self)}")
        number = bisect_right(self._firsts, index) - 1
        source, part, actions, known = self._parts[number]
        row = index - self._firsts[number]
        wrong, at = part.rejected_steps[row], part.taught_steps[row]
        return TrainingSequence(
            source,
            EncodedWords(part.ids[row], part.counts[row]),
            GoldSteps(part.steps[row], actions[part.actions[row]]),
            part.inventories[part.inventory[row]],
            GoldSteps(wrong, actions[part.rejected_actions[row]]) if len(wrong) else None,
            TaughtSteps(at, actions[part.taught_actions[row]], part.taught_values[row])
            if len(at)
            else None,
            known,
        )


def _action_map(
    part: TokenizedSource, inventory: Sequence[str], labels: Sequence[str]
) -> np.ndarray:
    """Return an array that maps the action ids of a single source to those of the model."""
    label_of_type = {type_name(label): label for label in inventory}
    own = [label_of_type[name] for name in part.types]
    numbers = [labels.index(label) for label in (*own, *part.others)]
    pairs = [action(number) for number in numbers for action in (transition, reduce)]
    return np.array([EOA, SHIFT, *pairs])


def _taught(sequences: Sequence[TrainingSequence], shape: torch.Size) -> Tensor:
    """Return the teacher's probabilities (B, G, V) float32, -1 where it says nothing."""
    taught = np.full(shape, -1, dtype=np.float32)
    for own, sequence in zip(taught, sequences, strict=True):
        if each := sequence.taught:
            own[:, sequence.taught_actions] = 0
            own[each.steps, each.actions] = np.asarray(each.values) / CERTAIN
    return torch.from_numpy(taught)


def _taught_actions(part: TokenizedSource) -> np.ndarray:
    """Return the action ids of a single source that its teacher knows."""
    pairs = [action(number) for number in part.taught for action in (transition, reduce)]
    return np.array([EOA, SHIFT, *pairs])


class Collator:
    """Collates sequences to the model's input.

    It has no loop over tokens and is fast enough for the training process itself: a worker process
    takes longer to hand a batch over (`bench/loader.py`).
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerBase,
        labels: Sequence[str],
        inventories: Mapping[str, TypeInventory],
        *,
        closed: bool = False,
        exclusive: Iterable[Sequence[str]] = (),
    ) -> None:
        """Prepare for the given sources.

        labels: all labels of the model, by type number. inventories: source → its type inventory.
        closed: closed supervision, see `open_action_table`. exclusive: pairs of types that exclude
        each other.
        """
        self._tokenizer, self._labels, self._closed = tokenizer, labels, closed
        self._inventories = inventories
        self._exclusive = exclusive_action_table(labels, exclusive) if exclusive else None
        self._open_rows: dict[tuple[str, tuple[str, ...] | None], Tensor] = {}

    def __call__(self, sequences: Sequence[TrainingSequence]) -> dict[str, Tensor]:
        """Return the arguments of `SruNerModel.forward`."""
        batch = {
            **encoder_inputs([sequence.words for sequence in sequences], self._tokenizer),
            **gold_tensors([s.steps for s in sequences], action_count(len(self._labels))),
            "open_actions": torch.stack([self._open_row(each) for each in sequences]),  # (B, V)
        }
        if self._exclusive is not None:
            batch["ruled_out"] = ruled_out_actions(batch["gold_steps"], self._exclusive)
        for row, sequence in enumerate(sequences):
            if wrong := sequence.rejected:
                if "rejected" not in batch:
                    batch["rejected"] = torch.zeros_like(batch["gold_steps"], dtype=torch.bool)
                batch["rejected"][row, wrong.steps, wrong.actions] = True
        if any(sequence.taught for sequence in sequences):
            batch["taught"] = _taught(sequences, batch["gold_steps"].shape)
        return batch

    def _open_row(self, sequence: TrainingSequence) -> Tensor:
        """Return (V,) bool: the open actions of a sequence, computed once for each inventory."""
        key = sequence.source, sequence.annotated_types
        if key not in self._open_rows:
            inventory = self._inventories[sequence.source].of_document(sequence.annotated_types)
            [row] = open_action_table(self._labels, [inventory], closed=self._closed)
            self._open_rows[key] = row
        return self._open_rows[key]
