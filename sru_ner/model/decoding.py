"""From a trained unit's steps to mentions (design: model §3 last paragraph, §4)."""

import torch
from torch import Tensor

from sru_ner.model.actions import EOA, SHIFT, Event, WordSpan, spans_of_events
from sru_ner.model.recurrence import Pace


class Greedy:
    """Policy of decoding: the unit's own highest logit decides whether the pointer moves.

    A row ends at its first step with `π_EOA > 0.5` or after `⌈1.5·S⌉` steps, S its own slots.
    """

    def __init__(self, slots: Tensor) -> None:
        """`slots` (B,) int64: slots of each row, CLS and SEP included."""
        self._limit = (3 * slots + 1) // 2
        self._running = torch.ones_like(slots, dtype=torch.bool)
        self._probabilities: list[Tensor] = []
        self.steps = torch.zeros_like(slots)
        """(B,) int64: steps each row took."""

    def __call__(self, logits: Tensor, probabilities: Tensor) -> Pace:
        self._probabilities.append(probabilities)
        self.steps += self._running
        ended = (probabilities[:, EOA] > 0.5) | (self.steps >= self._limit)
        self._running = self._running & ~ended
        return Pace(advance=logits.argmax(dim=1) <= SHIFT, finished=not bool(self._running.any()))

    def probabilities(self) -> Tensor:
        """(B, T, V) π of all steps; row i took the first `steps[i]` of them."""
        return torch.stack(self._probabilities, dim=1)


def decode_spans(probabilities: Tensor, steps: Tensor) -> list[list[tuple[WordSpan, float]]]:
    """Mentions of each row with their scores, from π (B, T, V) and the steps taken (B,).

    Only the steps that open or close something are looked at one by one; in text that is a small
    share of all steps.
    """
    B, T, _ = probabilities.shape
    highest = probabilities.argmax(dim=2)  # (B, T)
    taken = torch.arange(T, device=steps.device) < steps[:, None]
    alive = taken & ((highest == EOA) & taken).cumsum(dim=1).eq(0)
    words = (highest == SHIFT).cumsum(dim=1)
    acting = probabilities > 0.5
    acting[:, :, :2] = False
    acting &= (alive & (highest > SHIFT))[:, :, None]
    row, step, action = acting.nonzero(as_tuple=True)
    # Within a step the REDUCEs (odd ids) act before the TRANSITIONs.
    order = ((row * T + step) * 2 + (action + 1) % 2).argsort(stable=True)
    row, step, action = row[order], step[order], action[order]
    events: list[list[Event]] = [[] for _ in range(B)]
    for r, w, a, p in zip(
        row.tolist(),
        words[row, step].tolist(),
        action.tolist(),
        probabilities[row, step, action].tolist(),
        strict=True,
    ):
        events[r].append(Event(w, a, p))
    return [spans_of_events(each) if each else [] for each in events]
