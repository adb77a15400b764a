"""Decoding: the unit's own steps, and the mentions they encode (docs/explanation/model.md §3, §4).

Shapes: B rows, S slots, V actions, T steps.
"""

from itertools import count

import torch
from torch import Tensor

from sru_ner.model.actions import EOA, SHIFT, Event, WordSpan, spans_of_events
from sru_ner.model.memory import SlotMemory, Tables, action_gates, fold_context

_CHECK_EVERY = 4
"""Steps between two checks for finished rows: on a GPU a check waits for the device."""
_SHRINK_BELOW = 0.75
"""Fraction of unfinished rows at which finished rows are taken out of the batch."""


def unroll(tables: Tables, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Take the unit's own steps; return their logits (B, T, V) and each row's number of steps (B,).

    The action with the highest logit decides whether the pointer moves. A row ends at its first
    step with `π_EOA > 0.5` or after `⌈1.5·S⌉` steps, where S counts its own slots.
    mask: (B, S) bool, false at padding.
    """
    memory = SlotMemory(fold_context(tables), mask)
    own_slots = mask.sum(1)
    last, limit = own_slots - 1, (3 * own_slots + 1) // 2
    steps = torch.zeros_like(own_slots)  # 0 for unfinished rows
    rows = torch.arange(len(own_slots), device=own_slots.device)
    pointer = torch.zeros_like(own_slots)
    advance = torch.ones_like(own_slots)
    # The rows of each shrinking batch, with the logits of its consecutive steps.
    parts: list[tuple[Tensor, list[Tensor]]] = [(rows, [])]
    for step in count(1):
        context = memory.read(pointer).context
        pointer = torch.minimum(pointer + advance, last)
        slots = memory.flat_slots(pointer)
        _, logits = memory.perceptron(context, slots)
        parts[-1][1].append(logits)
        ended = (logits[:, EOA] > 0) | (step >= limit)
        before = steps[rows]
        steps[rows] = before + (ended & (before == 0)) * step
        check = step % _CHECK_EVERY == 0
        running = (steps[rows] == 0).nonzero()[:, 0] if check else rows
        if not len(running):
            break
        memory.write(slots, action_gates(logits)[1])
        advance = logits.argmax(dim=1) <= SHIFT
        if len(running) <= _SHRINK_BELOW * len(rows):
            memory.keep_rows(running)
            rows, last, limit = rows[running], last[running], limit[running]
            pointer, advance = pointer[running], advance[running]
            parts.append((rows, []))
    return _join_batches(parts, len(own_slots)), steps


def _join_batches(parts: list[tuple[Tensor, list[Tensor]]], rows: int) -> Tensor:
    """Join the logits of shrinking batches to (B, T, V), minus infinity after a row has left."""
    total = sum(len(logits) for _, logits in parts)
    first = parts[0][1][0]
    joined = first.new_full((rows, total, first.shape[1]), -torch.inf)
    done = 0
    for own_rows, logits in parts:
        if logits:
            joined[own_rows, done : done + len(logits)] = torch.stack(logits, dim=1)
            done += len(logits)
    return joined


def decode_spans(probabilities: Tensor, steps: Tensor) -> list[list[tuple[WordSpan, float]]]:
    """Return the mentions of each row with their scores.

    probabilities: π (B, T, V). steps: (B,) int64, the number of steps of each row. Only steps
    that open or close a mention are handled one by one; in text they are few.
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
    # Within a step REDUCEs (odd ids) come before TRANSITIONs.
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
