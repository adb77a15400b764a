"""The unit's steps in training, and their gradient (docs/explanation/model.md §3, §6).

The backward pass walks the steps in reverse with small accumulators, the gradients of `Γ` and of
the tables of scores, and makes the gradient of every weight in one product over the stacked steps.

Shapes as in `memory`; T steps.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sru_ner.model.memory import Reading, SlotMemory, Tables, action_gates, relative_positions


class Pace(NamedTuple):
    """What a policy answers at each step."""

    advance: Tensor
    """(B,) bool or int64: whether the pointer moves to the next word."""
    finished: bool
    """Whether no row has a step left."""


Policy = Callable[[Tensor], Pace]
"""Called with the logits (B, V) of each step."""


@dataclass(slots=True)
class Trace:
    """What the backward pass needs of each step."""

    centres: list[Tensor] = field(default_factory=list)  # (B,) slot that was read around
    slots: list[Tensor] = field(default_factory=list)  # (B,) from `SlotMemory.flat`
    hidden: list[Tensor] = field(default_factory=list)  # (B, 2d)
    shares: list[Tensor] = field(default_factory=list)  # (B, V) softmax of the logits
    gates: list[Tensor] = field(default_factory=list)  # (B, V) shares of the actions taken
    contexts: list[Tensor] = field(default_factory=list)  # (B, E) as fed, after dropout
    kept: list[Tensor] = field(default_factory=list)  # (B, E) bool, what dropout left
    readings: list[Reading] = field(default_factory=list)  # before the step
    cells: Tensor | None = None  # (B, S, V+E) after the last write


class Recurrence(torch.autograd.Function):
    """Takes steps until the policy says that all rows are finished; gives their logits.

    `apply(mask, policy, dropout, *tables)` with `mask` (B, S) bool returns (T, B, V), with the
    gradient to every table. `dropout` is that of the context before the perceptron.
    """

    @staticmethod
    def forward(ctx: Any, mask: Tensor, policy: Policy, dropout: float, *given: Tensor) -> Tensor:
        tables, trace = Tables(*given), Trace()
        memory = SlotMemory(tables, mask)
        kept = _Dropout(dropout, tables.values.new_empty(len(mask), tables.values.shape[2]))
        last = mask.sum(1) - 1
        # Before the first step the context is read around CLS, and the first word is next.
        pointer, advance = torch.zeros_like(last), torch.ones_like(last)
        by_step: list[Tensor] = []
        while True:
            trace.centres.append(pointer)
            reading = memory.read(pointer, with_winners=True)
            pointer = torch.minimum(pointer + advance, last)
            context = reading.context
            if dropout:
                trace.kept.append(kept.next())
                context = context.mul_(trace.kept[-1]).mul_(1 / (1 - dropout))
            slots = memory.flat(pointer)
            hidden, logits = memory.answer(context, slots)
            shares, gates = action_gates(logits)
            by_step.append(logits)
            trace.slots.append(slots)
            trace.hidden.append(hidden)
            trace.shares.append(shares)
            trace.gates.append(gates)
            trace.contexts.append(context)
            trace.readings.append(reading)
            pace = policy(logits)
            if pace.finished:
                break
            advance = pace.advance
            memory.write(slots, gates)
        trace.cells = memory.cells
        ctx.save_for_backward(*given)
        ctx.trace, ctx.dropout = trace, dropout
        return torch.stack(by_step)

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        gradients = _backward(Tables(*ctx.saved_tensors), ctx.trace, ctx.dropout, upstream[0])
        return None, None, None, *gradients


class _Dropout:
    """Masks of many steps drawn at once: a draw for each step took an eighth of the pass."""

    _STEPS = 32

    def __init__(self, probability: float, like: Tensor) -> None:
        self._probability, self._like = probability, like
        self._drawn: list[Tensor] = []

    def next(self) -> Tensor:
        """(B, E) bool: what the next step keeps."""
        if not self._drawn:
            shape = (self._STEPS, *self._like.shape)
            uniform = torch.rand(shape, device=self._like.device)
            self._drawn = list(uniform >= self._probability)
        return self._drawn.pop()


class _StepGradients(NamedTuple):
    """Gradients at every step, from the first to the last."""

    logits: Tensor
    """(T, B, V)."""
    hidden: Tensor
    """(T, B, 2d), before the tanh."""
    contexts: Tensor
    """(T, B, E), before dropout."""
    rows: Tensor
    """(T-1, B, K): of what a step's write added to its row of `scores`."""
    scores: Tensor
    """(B, S, K), over all steps: of the table as it was at first."""
    position_scores: Tensor
    """(B, R, K), over all steps."""


def _walk_back(
    tables: Tables, trace: Trace, dropout: float, hidden: Tensor, upstream: Tensor
) -> _StepGradients:
    """From the last step to the first; `hidden` (T, B, 2d), `upstream` (T, B, V)."""
    T, B, V = upstream.shape
    K = tables.scores.shape[2]
    assert trace.cells is not None
    # Γ as the last read saw it; taken back write by write below.
    written = trace.cells[:, :, :V].contiguous()  # (B, S, V)
    values = trace.cells[:, :, V:].transpose(1, 2).contiguous()  # (B, E, S): read row by row below
    read_values = tables.write_values.t()  # (E, V)
    read_scores = tables.write_scores.transpose(1, 2)  # (B, K, V)
    d_written = torch.zeros_like(written)
    d_scores = torch.zeros_like(tables.scores)
    d_position_scores = torch.zeros_like(tables.position_scores)
    relative = relative_positions(tables)
    d_logits = upstream.clone()
    slope = 1 - hidden * hidden
    d_hidden, d_contexts, d_rows = [], [], []
    for t in reversed(range(T)):
        if t < T - 1:
            # What the write of this step did to all later reads.
            slots, gates = trace.slots[t], trace.gates[t]
            row = d_scores.flatten(0, 1).index_select(0, slots)  # (B, K)
            d_rows.append(row)
            d_gates = d_written.flatten(0, 1).index_select(0, slots)
            d_gates = torch.baddbmm(d_gates[:, None], row[:, None], read_scores)[:, 0]
            d_taken = d_gates.mul_(gates)
            total = d_taken.sum(1, keepdim=True)
            d_logits[t] += d_taken.addcmul_(trace.shares[t], total, value=-1)
        d_pre = torch.mm(d_logits[t], tables.output_weight).mul_(slope[t])  # (B, 2d)
        d_context = d_pre
        if tables.context_weight is not None:
            d_context = torch.mm(d_pre, tables.context_weight)  # (B, d)
        if dropout:
            d_context = d_context.mul(trace.kept[t]).mul_(1 / (1 - dropout))
        d_gathered = torch.mm(d_context, read_values)  # (B, V)
        weights = trace.readings[t].weights
        d_weights = torch.bmm(d_context[:, None], values)[:, 0]  # (B, S)
        d_weights += torch.bmm(written, d_gathered[:, :, None])[:, :, 0]
        d_best = d_weights.mul_(weights)
        d_best.addcmul_(weights, d_best.sum(1, keepdim=True), value=-1)
        winners = trace.readings[t].winners.long()
        d_scores.scatter_add_(2, winners[:, :, None], d_best[:, :, None])
        place = relative[trace.centres[t]].mul_(K).add_(winners)  # (B, S) in R·K
        d_position_scores.flatten(1).scatter_add_(1, place, d_best)
        d_written.baddbmm_(weights[:, :, None], d_gathered[:, None])
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
    """Gradients of all tables, given those of the logits (T, B, V); one product each."""
    hidden = torch.stack(trace.hidden)  # (T, B, 2d)
    d = _walk_back(tables, trace, dropout, hidden, upstream)
    d_hidden = d.hidden.flatten(0, 1)  # (T·B, 2d)
    slots = torch.stack(trace.slots)  # (T, B)
    weights = torch.stack([reading.weights for reading in trace.readings])  # (T, B, S)
    gathered = torch.stack([reading.gathered for reading in trace.readings])  # (T, B, V)
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
        write_values=gathered.flatten(0, 1).t() @ d.contexts.flatten(0, 1),
        context_weight=d_context_weight,
        output_weight=d.logits.flatten(0, 1).t() @ hidden.flatten(0, 1),
        output_bias=d.logits.sum((0, 1)),
    )
