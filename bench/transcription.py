"""Design model §3 and §5 word for word: slow, and the measure of what is fast.

One row at a time, the whole memory rewritten at every step, gradients by autograd. Nothing here
is shared with `sru_ner.model.recurrence`.
"""

import torch
from torch import Tensor

from sru_ner.model.sru import SlotRecurrentUnit


def _read(unit: SlotRecurrentUnit, memory: Tensor, p: int) -> Tensor:
    """The context around slot `p` of a memory (S, d): (d,)."""
    S, h = len(memory), unit.half_context
    relative = [i - p + h if abs(i - p) <= h else 2 * h + 2 for i in range(S)]
    relative[0] = 2 * h + 1
    latents = unit.latents * unit.attention_diagonal  # (K, d)
    keys = unit.token_multiplier * memory + unit.position_embeddings[relative]  # (S, d)
    weights = (latents @ keys.t()).max(dim=0).values.softmax(dim=0)  # (S,)
    return weights @ (memory * unit.value_diagonal)


def _write(unit: SlotRecurrentUnit, memory: Tensor, p: int, logits: Tensor) -> Tensor:
    """The memory after a step at slot `p`."""
    probabilities = logits.sigmoid()
    gates = logits.softmax(dim=0) * (probabilities >= probabilities[1])
    rows = list(memory)
    rows[p] = memory[p] + gates @ unit.action_embeddings
    return torch.stack(rows)


def _start(unit: SlotRecurrentUnit, slots: Tensor) -> Tensor:
    first = torch.zeros(len(slots), 1, dtype=slots.dtype)
    first[0] = 1
    return slots + first * unit.start_action


def teach_row(
    unit: SlotRecurrentUnit, slots: Tensor, steps: list[list[int]], open_actions: Tensor
) -> tuple[Tensor, Tensor]:
    """Logits and targets (T, V) of one row with slots (S, d) along its gold steps."""
    memory = _start(unit, slots)
    context, p, deferred = _read(unit, memory, 0), 1, False
    found, targets = [], []
    pending = list(steps)
    while pending:
        logits = unit.mlp(torch.cat([slots[p], context]))
        probabilities = logits.detach().sigmoid()
        gold = torch.zeros_like(probabilities)
        gold[pending[0]] = 1
        target = gold.clone()
        if not gold[0]:
            target += open_actions * (unit.open_strength * probabilities).clamp(max=1)
        tempted = (probabilities * open_actions).max() > probabilities[1]
        if gold[1] and bool(tempted) and not deferred:
            target[1] = probabilities[1]
            deferred = True
        else:
            deferred = False
            pending.pop(0)
        found.append(logits)
        targets.append(target)
        memory = _write(unit, memory, p, logits)
        context = _read(unit, memory, p)
        if target[0] == 1 or target[1] == 1:
            p = min(p + 1, len(slots) - 1)
    return torch.stack(found), torch.stack(targets)


def decode_row(unit: SlotRecurrentUnit, slots: Tensor) -> Tensor:
    """Probabilities (T, V) of the unit's own steps on one row with slots (S, d)."""
    memory = _start(unit, slots)
    context, p = _read(unit, memory, 0), 1
    found: list[Tensor] = []
    while len(found) < -(-3 * len(slots) // 2):
        logits = unit.mlp(torch.cat([slots[p], context]))
        found.append(logits.sigmoid())
        if found[-1][0] > 0.5:
            break
        memory = _write(unit, memory, p, logits)
        context = _read(unit, memory, p)
        if int(logits.argmax()) <= 1:
            p = min(p + 1, len(slots) - 1)
    return torch.stack(found)
