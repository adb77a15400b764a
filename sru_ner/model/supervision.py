"""The dynamic loss: what each step is taught, given what a source annotated.

See docs/explanation/model.md §5.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from sru_ner.model.actions import EOA, SHIFT
from sru_ner.model.recurrence import Pace


class TeacherForcing:
    """Policy of the training pass: follows the gold steps and records the target of each.

    An *open* action, one of a type that the row's source never annotated, is its own target. If
    an open action beats a gold SHIFT, the SHIFT is deferred once: the model may spend one more
    step at this word on what the source does not tell.
    """

    def __init__(
        self, gold: Tensor, lengths: Tensor, open_actions: Tensor, strength: float
    ) -> None:
        """Take the gold steps of a batch.

        gold: (B, G, V) float, multi-hot steps, zero after a row's EOA.
        lengths: (B,) int64, steps per row, EOA included.
        open_actions: (B, V) bool. strength: λ.
        """
        self._gold = gold.transpose(0, 1).contiguous()  # (G, B, V)
        self._lengths = lengths
        self._open = open_actions.to(gold.dtype)
        self._any_open = bool(open_actions.any())
        self._strength = strength
        self._rows = torch.arange(len(lengths), device=gold.device)
        self._advance = (self._gold[:, :, : SHIFT + 1] == 1).any(dim=2)  # (G, B): SHIFT or EOA
        self._next = torch.zeros_like(lengths)
        self._deferred = torch.zeros_like(lengths, dtype=torch.bool)
        self._least_steps = int(lengths.max())
        self._targets: list[Tensor] = []
        self._valid: list[Tensor] = []
        self.deferrals = torch.zeros_like(lengths)
        """(B,) int64: how often each row deferred a SHIFT."""

    def __call__(self, logits: Tensor) -> Pace:
        if not self._any_open:
            return self._follow()
        step = self._next.clamp(max=len(self._gold) - 1)
        gold = self._gold[step, self._rows]  # (B, V)
        valid = self._next < self._lengths
        probabilities = logits.sigmoid() * self._open  # of the open actions only
        hope = probabilities if self._strength == 1 else probabilities * self._strength
        target = torch.where(gold[:, EOA, None] == 1, gold, gold + hope)
        shift_probability = logits[:, SHIFT].sigmoid()
        tempted = probabilities.amax(dim=1) > shift_probability
        defers = (gold[:, SHIFT] == 1) & tempted & ~self._deferred & valid
        target[:, SHIFT] = torch.where(defers, shift_probability, target[:, SHIFT])
        self.deferrals += defers
        self._targets.append(target)
        self._valid.append(valid)
        self._deferred = defers
        self._next = self._next + ~defers
        # Each row needs at least its gold steps: only then is it worth waiting for the device.
        finished = len(self._targets) >= self._least_steps and bool(
            (self._next >= self._lengths).all()
        )
        return Pace(advance=self._advance[step, self._rows] & ~defers, finished=finished)

    def _follow(self) -> Pace:
        """The step where nothing is open: all is known beforehand."""
        step = len(self._targets)
        self._targets.append(self._gold[step])
        self._valid.append(step < self._lengths)
        return Pace(advance=self._advance[step], finished=step + 1 >= self._least_steps)

    def targets(self) -> tuple[Tensor, Tensor]:
        """Targets (T, B, V) float and valid steps (T, B) bool of the steps taken."""
        return torch.stack(self._targets), torch.stack(self._valid)


def dynamic_loss(logits: Tensor, targets: Tensor, valid: Tensor) -> Tensor:
    """Mean binary cross-entropy over all (valid step, action) pairs; a scalar.

    logits, targets: (T, B, V). valid: (T, B) bool.
    """
    losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return losses[valid].mean()
