"""From a trained unit's steps to mentions (docs/explanation/model.md §3, §4)."""

from itertools import count

import torch
from torch import Tensor

from sru_ner.model.actions import EOA, SHIFT, Event, WordSpan, spans_of_events
from sru_ner.model.memory import SlotMemory, Tables, action_gates, fold_context

_LOOK_EVERY = 4
"""Steps between two looks at which rows are finished: on a GPU a look waits for the device."""
_WORTH_LEAVING = 0.75
"""Share of rows still running at which the finished ones are taken out of the batch."""


def unroll(tables: Tables, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Logits (B, T, V) of the unit's own steps, and how many of them each row took (B,).

    The highest logit decides whether the pointer moves. A row ends at its first step with
    `π_EOA > 0.5` or after `⌈1.5·S⌉` steps, S its own slots, and then leaves the batch.
    `mask` (B, S) is true at the slots of a row.
    """
    memory = SlotMemory(fold_context(tables), mask)
    own = mask.sum(1)
    last, limit = own - 1, (3 * own + 1) // 2
    steps = torch.zeros_like(own)  # of finished rows
    rows = torch.arange(len(own), device=own.device)
    pointer = torch.zeros_like(own)
    advance = torch.ones_like(own)
    parts: list[tuple[Tensor, list[Tensor]]] = [(rows, [])]  # rows, and logits of consecutive steps
    for step in count(1):
        context = memory.read(pointer).context
        pointer = torch.minimum(pointer + advance, last)
        slots = memory.flat(pointer)
        _, logits = memory.answer(context, slots)
        parts[-1][1].append(logits)
        ended = (logits[:, EOA] > 0) | (step >= limit)
        here = steps[rows]
        steps[rows] = here + (ended & (here == 0)) * step
        look = step % _LOOK_EVERY == 0
        running = (steps[rows] == 0).nonzero()[:, 0] if look else rows
        if not len(running):
            break
        memory.write(slots, action_gates(logits)[1])
        advance = logits.argmax(dim=1) <= SHIFT
        if len(running) <= _WORTH_LEAVING * len(rows):
            memory.select(running)
            rows, last, limit = rows[running], last[running], limit[running]
            pointer, advance = pointer[running], advance[running]
            parts.append((rows, []))
    return _assemble(parts, len(own)), steps


def _assemble(parts: list[tuple[Tensor, list[Tensor]]], batch: int) -> Tensor:
    """One tensor (B, T, V) of the steps of shrinking batches; minus infinity after a row's part."""
    total = sum(len(logits) for _, logits in parts)
    first = parts[0][1][0]
    found = first.new_full((batch, total, first.shape[1]), -torch.inf)
    done = 0
    for rows, logits in parts:
        if logits:
            found[rows, done : done + len(logits)] = torch.stack(logits, dim=1)
            done += len(logits)
    return found


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
