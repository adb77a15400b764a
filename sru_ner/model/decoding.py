"""Decoding: the unit's own steps, and the mentions they encode (docs/explanation/model.md §3, §4).

Shapes: B rows, S slots, V actions, T steps.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import count

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sru_ner.model.actions import (
    EOA,
    SHIFT,
    Event,
    WordSpan,
    reduce,
    spans_of_events,
    transition,
)
from sru_ner.model.memory import SlotMemory, Tables, action_gates

_CHECK_EVERY = 4
"""Steps between two checks for finished rows: on a GPU a check waits for the device."""
_SHRINK_BELOW = 0.75
"""Fraction of unfinished rows at which finished rows are taken out of the batch."""


def unroll(
    tables: Tables, mask: Tensor, before_step: Callable[[], None] | None = None
) -> tuple[Tensor, Tensor]:
    """Take the unit's own steps; return their logits (B, T, V) and each row's number of steps (B,).

    The action with the highest logit decides whether the pointer moves. A row ends at its first
    step with `π_EOA > 0.5` or after `⌈1.5·S⌉` steps, where S counts its own slots.
    mask: (B, S) bool, false at padding. before_step: is called before each step.
    """
    memory = SlotMemory(tables, mask)
    own_slots = mask.sum(1)
    last, limit = own_slots - 1, (3 * own_slots + 1) // 2
    steps = torch.zeros_like(own_slots)  # 0 for unfinished rows
    rows = torch.arange(len(own_slots), device=own_slots.device)
    pointer = torch.zeros_like(own_slots)
    advance = torch.ones_like(own_slots)
    # The rows of each shrinking batch, with the logits of its consecutive steps.
    parts: list[tuple[Tensor, list[Tensor]]] = [(rows, [])]
    for step in count(1):
        if before_step:
            before_step()
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
    words, marks = _places(probabilities, steps)
    acting = probabilities > 0.5
    acting[:, :, :2] = False
    acting &= marks[:, :, None]
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


def _places(probabilities: Tensor, steps: Tensor) -> tuple[Tensor, Tensor]:
    """Return the words before each step (B, T) int64, and the steps that mark mentions (B, T) bool.

    A step marks mentions if its likeliest action is a TRANSITION or a REDUCE and the row has not
    ended. The arguments are those of `decode_spans`.
    """
    highest = probabilities.argmax(dim=2)  # (B, T)
    taken = torch.arange(highest.shape[1], device=steps.device) < steps[:, None]
    alive = taken & ((highest == EOA) & taken).cumsum(dim=1).eq(0)
    return (highest == SHIFT).cumsum(dim=1), alive & (highest > SHIFT)


def score_same_type(
    probabilities: Tensor,
    steps: Tensor,
    found: Iterable[Iterable[WordSpan]],
    same_type: Sequence[Sequence[int]],
) -> list[list[tuple[WordSpan, float]]]:
    """Return the scores of labels that did not find a mention which another of their type found.

    probabilities, steps: as for `decode_spans`. found: the mentions of each row. same_type: for
    each label, the numbers of all labels of its type. The score of such a label is the mean of two
    probabilities: that of its TRANSITION where the mention begins and that of its REDUCE where it
    ends. If several steps mark mentions at that place, the highest probability counts.
    """
    words, marks = _places(probabilities, steps)
    row, step = marks.nonzero(as_tuple=True)
    likeliest: dict[tuple[int, int], NDArray[np.float32]] = {}
    places = zip(row.tolist(), words[row, step].tolist(), strict=True)
    for place, values in zip(places, probabilities[row, step].cpu().numpy(), strict=True):
        before = likeliest.get(place)
        likeliest[place] = values if before is None else np.maximum(before, values)
    others: list[list[tuple[WordSpan, float]]] = []
    for number, spans in enumerate(found):
        have = set(spans)
        wanted = {
            WordSpan(start, end, label) for start, end, own in have for label in same_type[own]
        }
        others.append(
            [
                (
                    span,
                    float(
                        likeliest[number, span.start][transition(span.type)]
                        + likeliest[number, span.end][reduce(span.type)]
                    )
                    / 2,
                )
                for span in sorted(wanted - have)
            ]
        )
    return others
