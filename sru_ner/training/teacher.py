"""A teacher: a trained model whose probabilities are learned beside the gold steps (distillation).

Gold says only which actions were taken. A teacher says, too, how likely each other one was, and how
likely the actions are that are open because nobody annotated their types. A small model learns more
from that than from the same text without it (Hinton et al., 2015, Distilling the Knowledge in a
Neural Network).

The teacher reads each training sequence once, before the training, and follows the gold steps. It
has its own sub-words and labels.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from sru_ner.environment.device import torch_device
from sru_ner.model.actions import EOA, SHIFT, action_count, reduce, transition
from sru_ner.model.batch import encoder_inputs, gold_tensors
from sru_ner.model.labels import type_name
from sru_ner.model.modeling import SruNerModel
from sru_ner.model.sequences import EncodedWords, GoldSteps, Integers, encode_words
from sru_ner.model.wordpieces import WordPieces
from sru_ner.rendering.amounts import counted
from sru_ner.training.progress import say
from sru_ner.training.start import StartingModel

CERTAIN = 10_000
"""Probabilities are stored in units of 1 / 10,000, as integers."""

_LEAST = 10
"""Smaller probabilities, in these units, count as 0 and are not stored: nearly all are."""
_BATCH = 32
_SECONDS = 10
"""Between two lines of progress."""


@dataclass(frozen=True, slots=True)
class TaughtSteps:
    """The teacher's probabilities at the steps of a sequence; those that are missing are 0."""

    steps: Integers
    """Number of the step of each probability, ascending."""
    actions: Integers
    """Ids of the actions."""
    values: Integers
    """Probabilities in units of 1 / `CERTAIN`."""


NOTHING = TaughtSteps((), (), ())
"""What is taught on a sequence that is too long for the teacher."""


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a teacher has to say about the actions of certain labels."""

    teacher: StartingModel
    labels: tuple[str, ...]
    """Label of each type number in the action ids that are taught."""
    bf16: bool = False
    """Whether the teacher's encoder computes in bf16."""

    @property
    def known(self) -> tuple[int, ...]:
        """Type numbers that the teacher knows: it has learned the label, or its type."""
        return tuple(number for number, own in enumerate(self._numbers()) if own)

    def teach(self, sequences: Sequence[tuple[Sequence[str], GoldSteps]]) -> list[TaughtSteps]:
        """Return the probabilities of the actions at the gold steps of each sequence.

        sequences: words and gold steps. If the teacher has not the label, but several of its type,
        the likeliest counts. A sequence with more sub-words than it reads is not taught.
        """
        network = self.teacher.network.eval()
        torch.nn.Module.to(network, torch_device())
        pieces = WordPieces(self.teacher.tokenizer)
        words = encode_words(pieces, [words for words, _ in sequences])
        limit = network.config.max_subwords
        readable = [number for number, each in enumerate(words) if each.length <= limit]
        # The longest first, so that neighbours need little padding.
        readable.sort(key=lambda number: -words[number].length)
        taught = [NOTHING] * len(sequences)
        groups = self._actions()
        began = said = time.monotonic()
        say(f"the teacher reads {counted(len(readable), 'sequence')}")
        for first in range(0, len(readable), _BATCH):
            batch = readable[first : first + _BATCH]
            chosen = [words[n] for n in batch], [sequences[n][1] for n in batch]
            for number, steps in zip(batch, self._teach(network, groups, *chosen), strict=True):
                taught[number] = steps
            if (now := time.monotonic()) - said > _SECONDS:
                said, done = now, first + len(batch)
                left = (now - began) / done * (len(readable) - done)
                say(f"    {done:,} of {len(readable):,} are read, at most {left:.0f} s to go")
        return taught

    @torch.no_grad()
    def _teach(
        self,
        network: SruNerModel,
        groups: Sequence[Sequence[int]],
        words: Sequence[EncodedWords],
        steps: Sequence[GoldSteps],
    ) -> Iterator[TaughtSteps]:
        """Yield what is taught on each sequence of a batch; groups: see `_actions`."""
        inputs = encoder_inputs(words, self.teacher.tokenizer)
        # Where the pointer goes follows from EOA and SHIFT alone, which have the same ids in every
        # model. All other gold actions are left out.
        actions = action_count(len(network.config.labels))
        gold = gold_tensors([_pointer_steps(each) for each in steps], actions)
        moved = {name: value.to(network.device) for name, value in {**inputs, **gold}.items()}
        path, counts = moved.pop("gold_steps"), moved.pop("step_counts")
        with torch.autocast(network.device.type, torch.bfloat16, enabled=self.bf16):
            slots, mask = network.word_vectors(**moved)
        with torch.autocast(slots.device.type, enabled=False):
            logits, _, _ = network.sru.training_pass(
                slots, mask, path, counts, torch.zeros_like(path[:, 0], dtype=torch.bool)
            )
        theirs = logits.sigmoid().transpose(0, 1).cpu().numpy()  # (B, G, their actions)
        for row, count in enumerate(counts.tolist()):
            ours = np.zeros((count, len(groups)))
            for action, group in enumerate(groups):
                if group:
                    ours[:, action] = theirs[row, :count, group].max(axis=0)
            values = np.rint(CERTAIN * ours).astype(np.int32)
            at, which = (values >= _LEAST).nonzero()
            yield TaughtSteps(at, which, values[at, which])

    def _actions(self) -> list[list[int]]:
        """Return, for each action that is taught, the ids of the teacher's actions for it."""
        of_types = [
            [action(number) for number in numbers]
            for numbers in self._numbers()
            for action in (transition, reduce)
        ]
        return [[EOA], [SHIFT], *of_types]

    def _numbers(self) -> list[list[int]]:
        """Return, for each label, the teacher's number of it, or of all labels of its type."""
        theirs = self.teacher.network.config.labels
        return [
            [theirs.index(label)]
            if label in theirs
            else [n for n, other in enumerate(theirs) if type_name(other) == type_name(label)]
            for label in self.labels
        ]


def _pointer_steps(steps: GoldSteps) -> GoldSteps:
    """Return as many steps, of which only EOA and SHIFT are left."""
    return GoldSteps.of([[a for a in step if a <= SHIFT] for step in steps.lists()])
