"""The steps of a training pass and their gradient (docs/explanation/model.md §3, §6).

The backward pass goes through the steps in reverse. It accumulates small gradients only, those of
`Γ` and of the score tables, and computes each weight's gradient in one product over all steps.

Shapes as in `memory`; T steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sru_ner.model.memory import Reading, SlotMemory, Tables, action_gates, relative_positions


class Move(NamedTuple):
    """Whether the pointer moves after a step, and whether all rows are finished."""

    advance: Tensor
    """(B,) bool or int64: whether the pointer moves to the next word."""
    finished: bool
    """Whether no row has a step left."""


Policy = Callable[[Tensor], Move]
"""Called after each step with its logits (B, V)."""


@dataclass(slots=True)
class Trace:
    """Holds the values of each step that the backward pass needs."""

    centres: list[Tensor] = field(default_factory=list)  # (B,) slot that was read around
    slots: list[Tensor] = field(default_factory=list)  # (B,) from `SlotMemory.flat_slots`
    hidden: list[Tensor] = field(default_factory=list)  # (B, 2d) hidden layer of the perceptron
    softmax: list[Tensor] = field(default_factory=list)  # (B, V) of the logits
    gates: list[Tensor] = field(default_factory=list)  # (B, V) weights of the written actions
    contexts: list[Tensor] = field(default_factory=list)  # (B, E) after dropout
    kept: list[Tensor] = field(default_factory=list)  # (B, E) bool, dropout mask of the context
    readings: list[Reading] = field(default_factory=list)  # before the step
    written: Tensor | None = None  # Γ (B, S, V) after the last write


class Recurrence(torch.autograd.Function):
    """Takes steps until the policy says that all rows are finished; returns their logits.

    `apply(mask, policy, dropout, *tables)` returns (T, B, V) and has a gradient to every table.
    mask: (B, S) bool, false at padding. dropout: probability for the context before the
    perceptron.
    """

    @staticmethod
    def forward(
        ctx: Any, mask: Tensor, policy: Policy, dropout: float, *table_tensors: Tensor
    ) -> Tensor:
        tables, trace = Tables(*table_tensors), Trace()
        memory = SlotMemory(tables, mask)
        masks = _DropoutMasks(dropout, tables.values.new_empty(len(mask), tables.values.shape[2]))
        last = mask.sum(1) - 1
        # Before the first step the context is read around CLS, and the first word is next.
        pointer, advance = torch.zeros_like(last), torch.ones_like(last)
        logits_by_step: list[Tensor] = []
        while True:
            trace.centres.append(pointer)
            reading = memory.read(pointer, with_best_latents=True)
            pointer = torch.minimum(pointer + advance, last)
            context = reading.context
            if dropout:
                trace.kept.append(masks.next())
                context = context.mul_(trace.kept[-1]).mul_(1 / (1 - dropout))
            slots = memory.flat_slots(pointer)
            hidden, logits = memory.perceptron(context, slots)
            softmax, gates = action_gates(logits)
            logits_by_step.append(logits)
            trace.slots.append(slots)
            trace.hidden.append(hidden)
            trace.softmax.append(softmax)
            trace.gates.append(gates)
            trace.contexts.append(context)
            trace.readings.append(reading)
            move = policy(logits)
            if move.finished:
                break
            advance = move.advance
            memory.write(slots, gates)
        trace.written = memory.written
        ctx.save_for_backward(*table_tensors)
        ctx.trace, ctx.dropout = trace, dropout
        return torch.stack(logits_by_step)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        gradients = _backward(Tables(*ctx.saved_tensors), ctx.trace, ctx.dropout, upstream[0])
        return None, None, None, *gradients


class _DropoutMasks:
    """Draws the masks of many steps at once: drawing in each step took an eighth of the time."""

    _STEPS = 32

    def __init__(self, probability: float, like: Tensor) -> None:
        self._probability, self._like = probability, like
        self._drawn: list[Tensor] = []

    def next(self) -> Tensor:
        """Return (B, E) bool: the values that the next step keeps."""
        if not self._drawn:
            shape = (self._STEPS, *self._like.shape)
            uniform = torch.rand(shape, device=self._like.device)
            self._drawn = list(uniform >= self._probability)
        return self._drawn.pop()


class _StepGradients(NamedTuple):
    """Holds the gradients of all steps, from the first to the last."""

    logits: Tensor
    """(T, B, V): gradient of the logits."""
    hidden: Tensor
    """(T, B, 2d): gradient of the hidden layer before the tanh."""
    contexts: Tensor
    """(T, B, E): gradient of the contexts before dropout."""
    rows: Tensor
    """(T-1, B, K): gradient of the row that each step's write added to `scores`."""
    scores: Tensor
    """(B, S, K): gradient of the initial table `scores`, summed over the steps."""
    position_scores: Tensor
    """(B, R, K): gradient of `position_scores`, summed over the steps."""


def _backpropagate_steps(
    tables: Tables, trace: Trace, dropout: float, hidden: Tensor, upstream: Tensor
) -> _StepGradients:
    """Go from the last step to the first and collect the gradients of each.

    hidden: (T, B, 2d), the stacked hidden layers. upstream: (T, B, V), gradient of the logits.
    """
    T, B, _ = upstream.shape
    K = tables.scores.shape[2]
    assert trace.written is not None
    # Γ at the last read; the loop undoes one write at each step.
    written = trace.written.clone()
    values = tables.values.transpose(1, 2).contiguous()  # (B, E, S): the loop reads rows
    read_values = tables.write_values.t()  # (E, V)
    read_scores = tables.write_scores.transpose(1, 2)  # (B, K, V)
    d_written = torch.zeros_like(written)
    d_scores = torch.zeros_like(tables.scores)
    d_position_scores = torch.zeros_like(tables.position_scores)
    relative = relative_positions(tables)
    d_logits = upstream.clone()
    tanh_slope = 1 - hidden * hidden
    d_hidden, d_contexts, d_rows = [], [], []
    for t in reversed(range(T)):
        if t < T - 1:
            # The effect of this step's write on all later reads.
            slots, gates = trace.slots[t], trace.gates[t]
            row = d_scores.flatten(0, 1).index_select(0, slots)  # (B, K)
            d_rows.append(row)
            d_gates = d_written.flatten(0, 1).index_select(0, slots)
            d_gates = torch.baddbmm(d_gates[:, None], row[:, None], read_scores)[:, 0]
            d_taken = d_gates.mul_(gates)
            total = d_taken.sum(1, keepdim=True)
            d_logits[t] += d_taken.addcmul_(trace.softmax[t], total, value=-1)
        d_pre = torch.mm(d_logits[t], tables.output_weight).mul_(tanh_slope[t])  # (B, 2d)
        d_context = d_pre
        if tables.context_weight is not None:
            d_context = torch.mm(d_pre, tables.context_weight)  # (B, d)
        if dropout:
            d_context = d_context.mul(trace.kept[t]).mul_(1 / (1 - dropout))
        d_read_gates = torch.mm(d_context, read_values)  # (B, V)
        weights = trace.readings[t].weights
        d_weights = torch.bmm(d_context[:, None], values)[:, 0]  # (B, S)
        d_weights += torch.bmm(written, d_read_gates[:, :, None])[:, :, 0]
        d_best = d_weights.mul_(weights)
        d_best.addcmul_(weights, d_best.sum(1, keepdim=True), value=-1)
        latents = trace.readings[t].best_latents.long()  # (B, S)
        d_scores.scatter_add_(2, latents[:, :, None], d_best[:, :, None])
        index = relative[trace.centres[t]].mul_(K).add_(latents)  # (B, S) into R·K
        d_position_scores.flatten(1).scatter_add_(1, index, d_best)
        d_written.baddbmm_(weights[:, :, None], d_read_gates[:, None])
        d_hidden.append(d_pre)
        d_contexts.append(d_context)
        if t:
            written.flatten(0, 1)[trace.slots[t - 1]] -= trace.gates[t - 1]
    no_rows = tables.scores.new_zeros(0, B, K)
    return _StepGradients(
        logits=d_logits,
        hidden=torch.stack(d_hidden[::-1]),
        contexts=torch.stack(d_contexts[::-1]),
        rows=torch.stack(d_rows[::-1]) if d_rows else no_rows,
        scores=d_scores,
        position_scores=d_position_scores,
    )


def _backward(tables: Tables, trace: Trace, dropout: float, upstream: Tensor) -> Tables:
    """Return the gradients of all tables, given the gradient of the logits (T, B, V)."""
    hidden = torch.stack(trace.hidden)  # (T, B, 2d)
    d = _backpropagate_steps(tables, trace, dropout, hidden, upstream)
    d_hidden = d.hidden.flatten(0, 1)  # (T·B, 2d)
    slots = torch.stack(trace.slots)  # (T, B)
    weights = torch.stack([reading.weights for reading in trace.readings])  # (T, B, S)
    read_gates = torch.stack([reading.gates for reading in trace.readings])  # (T, B, V)
    gates = torch.stack(trace.gates)[: len(d.rows)]  # (T-1, B, V): the last step writes nothing
    d_word_input = torch.zeros_like(tables.word_input)
    d_word_input.flatten(0, 1).index_add_(0, slots.flatten(), d_hidden)
    d_context_weight = None
    if tables.context_weight is not None:
        d_context_weight = d_hidden.t() @ torch.cat(trace.contexts)
    return Tables(
        word_input=d_word_input,
        values=torch.bmm(weights.permute(1, 2, 0), d.contexts.transpose(0, 1)),
        scores=d.scores,
        position_scores=d.position_scores,
        write_scores=torch.bmm(gates.permute(1, 2, 0), d.rows.transpose(0, 1)),
        write_values=read_gates.flatten(0, 1).t() @ d.contexts.flatten(0, 1),
        context_weight=d_context_weight,
        output_weight=d.logits.flatten(0, 1).t() @ hidden.flatten(0, 1),
        output_bias=d.logits.sum((0, 1)),
    )
