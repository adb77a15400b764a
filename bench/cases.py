"""A slot-based recurrent unit with a random batch, trained by our code or by the transcription."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from bench.timing import peak_memory
from sru_ner.model.actions import WordSpan, action_count, gold_steps, resolve_crossings
from sru_ner.model.batch import gold_tensors
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.sequences import GoldSteps
from sru_ner.model.sru import SlotRecurrentUnit
from sru_ner.model.supervision import dynamic_loss
from tools import transcription

Side = Callable[..., tuple[Tensor, Tensor, Tensor]]
"""A training pass that returns logits, targets and valid steps."""
OURS, TRANSCRIPTION = "ours", "transcription"
SIDES: Mapping[str, Side] = {
    OURS: SlotRecurrentUnit.training_pass,
    TRANSCRIPTION: transcription.training_pass,
}

_WORDS_PER_MENTION = 12  # about as many as in abstracts
_LONGEST_MENTION = 4


@dataclass(frozen=True, slots=True)
class Case:
    """Sizes of a batch."""

    width: int
    """Width d of the word vectors."""
    rows: int
    words: int
    """Words in each row."""
    types: int

    def __str__(self) -> str:
        return f"d={self.width}, {self.rows}×{self.words} words, {self.types} types"

    @property
    def multiplications(self) -> int:
        """Count the multiplications of a row's steps forward, two for each word.

        The perceptron has the same number in each step. The context is a weighted sum over all
        slots, so its number grows with the length of the row.
        """
        actions = action_count(self.types)
        perceptron = 2 * self.width * (self.width + actions)
        context = (self.words + 2) * (self.width + actions)
        return 2 * self.words * (perceptron + context)

    @property
    def transcription_bytes(self) -> int:
        """Estimate the bytes that autograd keeps for the transcription.

        They are some copies of the memory per step.
        """
        slots, latents = self.words + 2, 2 * action_count(self.types)
        per_step = 8 * slots * self.width + 3 * latents * self.width + 2 * latents * slots
        steps = self.words * (1 + 2 / _WORDS_PER_MENTION)
        return int(4 * self.rows * steps * per_step)


class TrainingPass:
    """A unit and a batch of the sizes of a case; both sides use the same.

    Dropout is on. Half of the types, rounded down, are open, as in a batch of several sources that
    do not annotate each other's types.
    """

    def __init__(self, case: Case, *, seed: int = 0) -> None:
        torch.manual_seed(seed)
        labels = [f"T{number:03d}" for number in range(case.types)]
        self.unit = SlotRecurrentUnit(SruNerConfig(inventories={"s": labels}), case.width).train()
        actions = action_count(case.types)
        self.slots = torch.randn(case.rows, case.words + 2, case.width, requires_grad=True)
        self.mask = torch.ones(case.rows, case.words + 2, dtype=torch.bool)
        steps = [gold_steps(case.words, _mentions(case)) for _ in range(case.rows)]
        self.gold = gold_tensors([GoldSteps.of(row) for row in steps], actions)
        self.open_actions = torch.zeros(case.rows, actions, dtype=torch.bool)
        self.open_actions[:, actions - 2 * (case.types // 2) :] = True

    def run(self, side: str) -> int:
        """Compute logits, loss and all gradients, and return the number of steps taken."""
        self.unit.zero_grad()
        self.slots.grad = None
        logits, targets, valid = SIDES[side](
            self.unit,
            self.slots,
            self.mask,
            self.gold["gold_steps"],
            self.gold["step_counts"],
            self.open_actions,
        )
        dynamic_loss(logits, targets, valid).backward()
        return len(logits)


def _mentions(case: Case) -> list[WordSpan]:
    """Draw mentions of random place, length and type; those that cross one of their type go."""
    number = max(1, case.words // _WORDS_PER_MENTION)
    starts = torch.randint(0, case.words, (number,)).tolist()
    lengths = torch.randint(1, _LONGEST_MENTION + 1, (number,)).tolist()
    types = torch.randint(0, case.types, (number,)).tolist()
    spans = [
        WordSpan(start, min(start + length, case.words), type_)
        for start, length, type_ in zip(starts, lengths, types, strict=True)
    ]
    return resolve_crossings(spans)[0]


def peak_of(case: Case, side: str) -> int:
    """Return the peak memory of a training pass above its inputs, in bytes.

    To be called in a fresh process.
    """
    # The first pass of a process also allocates what all later ones share.
    TrainingPass(Case(case.width, 1, 2, 1)).run(side)
    batch = TrainingPass(case)
    with peak_memory() as peak:
        batch.run(side)
    return peak.bytes
