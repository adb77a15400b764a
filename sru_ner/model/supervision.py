"""The dynamic loss and its targets, for types that a source did not annotate.

See docs/explanation/model.md §5. Shapes: B rows, G gold steps, V actions, T steps taken.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from sru_ner.model.actions import EOA, SHIFT
from sru_ner.model.recurrence import Move


class TeacherForcing:
    """The policy of the training pass: follows the gold steps and records each step's target.

    The target of an *open* action, whose type the row's annotators did not mark, is its own
    probability, unless a gold type excludes its type. If an open action is more likely than a gold
    SHIFT, the SHIFT is deferred once: the model may take one more step at this word for types that
    were not annotated.
    """

    def __init__(
        self,
        gold: Tensor,
        lengths: Tensor,
        open_actions: Tensor,
        strength: float,
        ruled_out: Tensor | None = None,
        ruled_out_above: float = 0.0,
        rejected: Tensor | None = None,
        taught: Tensor | None = None,
        taught_weight: float = 0.5,
    ) -> None:
        """Take the gold steps of a batch.

        gold: (B, G, V) float, multi-hot steps, zero after a row's EOA.
        lengths: (B,) int64, steps per row, EOA included.
        open_actions: (B, V) bool. strength: λ, `open_strength`.
        ruled_out: (B, G, V) bool, the actions that gold rules out at each step. Where such an
            action is open and more likely than `ruled_out_above`, its target is 0.
        rejected: (B, G, V) bool, the actions that people called wrong at each step. The target is
            0 however unlikely they are.
        taught: (B, G, V) float, the probabilities of the actions at each step according to another
            model, -1 where it says none. taught_weight: their share of the target.
        """
        self._gold = gold.transpose(0, 1).contiguous()  # (G, B, V)
        self._lengths = lengths
        self._open = open_actions.to(gold.dtype)
        self._any_open = bool(open_actions.any())
        self._strength = strength
        self._ruled_out = None if ruled_out is None else ruled_out.transpose(0, 1)  # (G, B, V)
        self._ruled_out_above = ruled_out_above
        self._rejected = None if rejected is None else rejected.transpose(0, 1)  # (G, B, V)
        self._taught = None if taught is None else taught.transpose(0, 1)  # (G, B, V)
        self._taught_weight = taught_weight
        self._rows = torch.arange(len(lengths), device=gold.device)
        self._advance = (self._gold[:, :, : SHIFT + 1] == 1).any(dim=2)  # (G, B): SHIFT or EOA
        self._next = torch.zeros_like(lengths)
        self._deferred = torch.zeros_like(lengths, dtype=torch.bool)
        self._most_gold_steps = int(lengths.max())
        self._targets: list[Tensor] = []
        self._valid: list[Tensor] = []
        self.deferrals = torch.zeros_like(lengths)
        """(B,) int64: number of deferred SHIFTs of each row."""

    def __call__(self, logits: Tensor) -> Move:
        if not self._any_open:
            return self._follow_gold()
        step = self._next.clamp(max=len(self._gold) - 1)
        gold = self._gold[step, self._rows]  # (B, V)
        valid = self._next < self._lengths
        probabilities = logits.sigmoid() * self._open  # of the open actions only
        if self._ruled_out is not None:
            ruled_out = self._ruled_out[step, self._rows] & (probabilities > self._ruled_out_above)
            probabilities = probabilities.masked_fill(ruled_out, 0)
        if self._rejected is not None:
            probabilities = probabilities.masked_fill(self._rejected[step, self._rows], 0)
        open_targets = probabilities if self._strength == 1 else probabilities * self._strength
        target = torch.where(gold[:, EOA, None] == 1, gold, torch.maximum(gold, open_targets))
        if self._taught is not None:
            target = self._mixed(target, self._taught[step, self._rows])
            if self._rejected is not None:
                target = target.masked_fill(self._rejected[step, self._rows], 0)
        shift_probability = logits[:, SHIFT].sigmoid()
        open_is_likelier = probabilities.amax(dim=1) > shift_probability
        defers = (gold[:, SHIFT] == 1) & open_is_likelier & ~self._deferred & valid
        target[:, SHIFT] = torch.where(defers, shift_probability, target[:, SHIFT])
        self.deferrals += defers
        self._targets.append(target)
        self._valid.append(valid)
        self._deferred = defers
        self._next = self._next + ~defers
        # Reading a tensor waits for the device, so first take as many steps as there must be.
        finished = len(self._targets) >= self._most_gold_steps and bool(
            (self._next >= self._lengths).all()
        )
        return Move(advance=self._advance[step, self._rows] & ~defers, finished=finished)

    def _follow_gold(self) -> Move:
        """Take a step of a batch without open actions, which does not depend on the logits."""
        step = len(self._targets)
        gold = self._gold[step]
        self._targets.append(
            gold if self._taught is None else self._mixed(gold, self._taught[step])
        )
        self._valid.append(step < self._lengths)
        return Move(advance=self._advance[step], finished=step + 1 >= self._most_gold_steps)

    def _mixed(self, target: Tensor, taught: Tensor) -> Tensor:
        """Mix the targets (B, V) of a step with the taught probabilities (B, V)."""
        mixed = torch.lerp(target, taught, self._taught_weight)
        return torch.where(taught < 0, target, mixed)

    def targets(self) -> tuple[Tensor, Tensor]:
        """Return targets (T, B, V) float and valid (T, B) bool, false after a row's EOA."""
        return torch.stack(self._targets), torch.stack(self._valid)


def dynamic_loss(logits: Tensor, targets: Tensor, valid: Tensor) -> Tensor:
    """Return the mean binary cross-entropy over all (valid step, action) pairs, a scalar.

    logits, targets: (T, B, V). valid: (T, B) bool.
    """
    losses = F.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    return losses[valid].mean()
