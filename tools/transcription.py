"""The recurrence exactly as docs/explanation/model.md §3 and §5 describe it: slow and plain.

Tests and benchmarks compare the fast recurrence with it. All rows take each step together, the
whole memory is rewritten at every step, and autograd keeps what it needs for the gradients. Nothing
here is shared with `sru_ner.model.recurrence`.

Shapes: B rows, S slots, d width, V actions, K latents, G gold steps, T steps taken.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

from sru_ner.model.sru import SlotRecurrentUnit

EOA, SHIFT = 0, 1


def _read(unit: SlotRecurrentUnit, memory: Tensor, mask: Tensor, p: Tensor) -> Tensor:
    """Read the context (B, d) around the slots `p` (B,) of the memories (B, S, d)."""
    if unit.context == "none":
        return torch.zeros_like(memory[:, 0])
    B, S, _ = memory.shape
    h = unit.half_context
    distance = torch.arange(S) - p[:, None]  # (B, S)
    relative = torch.where(distance.abs() <= h, distance + h, 2 * h + 2)
    relative[:, 0] = 2 * h + 1
    # Masks of latents and positions, drawn anew at each step.
    latents = (unit.latents * unit.attention_diagonal).expand(B, -1, -1)  # (B, K, d)
    latents = F.dropout(latents, unit.latent_dropout, unit.training)
    positions = unit.position_embeddings[relative]  # (B, S, d)
    positions = F.dropout(positions, unit.position_dropout, unit.training)
    keys = unit.token_multiplier * memory  # (B, S, d)
    if unit.positions:
        keys = keys + positions
    scores = (latents @ keys.transpose(1, 2)).amax(dim=1)  # (B, S)
    if unit.context == "mean":
        scores = torch.zeros_like(scores)
    weights = scores.masked_fill(~mask, -torch.inf).softmax(dim=1)
    return (weights[:, :, None] * (memory * unit.value_diagonal)).sum(dim=1)


def _write(unit: SlotRecurrentUnit, memory: Tensor, p: Tensor, logits: Tensor) -> Tensor:
    """Return the memories (B, S, d) after a step with `logits` (B, V) at the slots `p` (B,)."""
    probabilities = logits.sigmoid()
    gates = logits.softmax(dim=1) * (probabilities >= probabilities[:, SHIFT : SHIFT + 1])
    here = F.one_hot(p, memory.shape[1]).to(memory.dtype)  # (B, S)
    return memory + here[:, :, None] * (gates @ unit.action_embeddings)[:, None]


def _start(unit: SlotRecurrentUnit, slots: Tensor) -> Tensor:
    first = F.one_hot(torch.zeros(len(slots), dtype=torch.long), slots.shape[1]).to(slots.dtype)
    return slots + first[:, :, None] * unit.start_action


def _logits(unit: SlotRecurrentUnit, slots: Tensor, p: Tensor, context: Tensor) -> Tensor:
    word = slots[torch.arange(len(slots)), p]
    if not unit.next_word:
        word = torch.zeros_like(word)
    fed = torch.cat([word, context], dim=1)  # (B, 2d)
    return unit.mlp(F.dropout(fed, unit.input_dropout, unit.training))


def training_pass(
    unit: SlotRecurrentUnit,
    slots: Tensor,
    mask: Tensor,
    gold: Tensor,
    lengths: Tensor,
    open_actions: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """Follow the gold steps: logits (T, B, V), targets (T, B, V) and valid steps (T, B).

    slots: (B, S, d). mask: (B, S) bool. gold: (B, G, V) multi-hot. lengths: (B,) steps per row.
    open_actions: (B, V) bool.
    """
    rows = torch.arange(len(slots))
    last = mask.sum(dim=1) - 1
    memory = _start(unit, slots)
    context = _read(unit, memory, mask, torch.zeros_like(last))
    p = torch.ones_like(last)
    step, deferred = torch.zeros_like(last), torch.zeros_like(last, dtype=torch.bool)
    logits_by_step, targets, valid_steps = [], [], []
    while bool((step < lengths).any()):
        valid = step < lengths
        logits = _logits(unit, slots, p, context)
        probabilities = logits.detach().sigmoid()
        g = gold[rows, step.clamp(max=gold.shape[1] - 1)]  # (B, V)
        open_targets = open_actions * (unit.open_strength * probabilities).clamp(max=1)
        target = torch.where(g[:, EOA : EOA + 1] == 1, g, torch.maximum(g, open_targets))
        open_is_likelier = (probabilities * open_actions).amax(dim=1) > probabilities[:, SHIFT]
        defers = (g[:, SHIFT] == 1) & open_is_likelier & ~deferred
        target[:, SHIFT] = torch.where(defers, probabilities[:, SHIFT], target[:, SHIFT])
        logits_by_step.append(logits)
        targets.append(target)
        valid_steps.append(valid)
        memory = _write(unit, memory, p, logits)
        context = _read(unit, memory, mask, p)
        shifted = (target[:, EOA] == 1) | (target[:, SHIFT] == 1)
        p = torch.where(shifted, torch.minimum(p + 1, last), p)
        step, deferred = step + ~defers, defers
    return torch.stack(logits_by_step), torch.stack(targets), torch.stack(valid_steps)


@torch.no_grad()
def decode(unit: SlotRecurrentUnit, slots: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Let the unit take its own steps: probabilities (B, T, V), and steps of each row (B,)."""
    own = mask.sum(dim=1)
    memory = _start(unit, slots)
    context = _read(unit, memory, mask, torch.zeros_like(own))
    p, steps = torch.ones_like(own), torch.zeros_like(own)
    running = torch.ones_like(own, dtype=torch.bool)
    found = []
    while bool(running.any()):
        logits = _logits(unit, slots, p, context)
        found.append(logits.sigmoid())
        steps += running
        running = running & (found[-1][:, EOA] <= 0.5) & (steps < (1.5 * own).ceil())
        memory = _write(unit, memory, p, logits)
        context = _read(unit, memory, mask, p)
        p = torch.where(logits.argmax(dim=1) <= SHIFT, torch.minimum(p + 1, own - 1), p)
    return torch.stack(found, dim=1), steps
