"""The steps of the slot-based recurrent unit and their gradient (design: model §3, §6).

The unit writes only sums of action embeddings into its memory, `M_i = H_i + Γ_i U` with
`Γ ∈ R^{S×V}` the gates summed per slot. So a step costs products of width V and K instead of S×d
copies: the table `Z̃·M` gets one new column, and the context is `w·(H∘β) + (w·Γ)·(U∘β)`. The
backward pass below walks the steps in reverse with two small accumulators, the gradients of `Γ`
and of the table, and makes the gradient of every weight in one product over the stacked steps.

Shapes: B rows, S slots, d width, V actions, K latents, R = 2h+4 relative positions, T steps. Only
the positions that S slots can have to each other are in the tables: h is at most S-1 here.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sru_ner.model.actions import SHIFT


class Tables(NamedTuple):
    """All that the steps need, made once per batch; every product with `H` is in here."""

    word_input: Tensor
    """(B, S, 2d): the word half of the perceptron, `H W₁ᵀ + b₁`."""
    values: Tensor
    """(B, S, d): `M⁰ ∘ β`."""
    scores: Tensor
    """(B, K, S): `m · Z̃ · M⁰`."""
    position_scores: Tensor
    """(B, K, R): `Z̃ · P`."""
    write_scores: Tensor
    """(B, V, K): `m · U · Z̃`, what a written action adds to its column of `scores`."""
    write_values: Tensor
    """(V, d): `U ∘ β`."""
    context_weight: Tensor
    """(2d, d): the context half of `W₁`."""
    output_weight: Tensor
    """(V, 2d): `W₂`."""
    output_bias: Tensor
    """(V,): `b₂`."""


class Pace(NamedTuple):
    """What a policy answers at each step."""

    advance: Tensor
    """(B,) bool: whether the pointer moves to the next word."""
    finished: bool
    """Whether no row has a step left."""


Policy = Callable[[Tensor, Tensor], Pace]
"""Called with the logits and probabilities, both (B, V), of each step."""


@dataclass(slots=True)
class Trace:
    """What the backward pass needs of each step."""

    pointers: list[Tensor] = field(default_factory=list)  # (B,) where the step was taken
    hidden: list[Tensor] = field(default_factory=list)  # (B, 2d)
    shares: list[Tensor] = field(default_factory=list)  # (B, V) softmax of the logits
    gates: list[Tensor] = field(default_factory=list)  # (B, V) shares of the actions taken
    contexts: list[Tensor] = field(default_factory=list)  # (B, d) as fed, after dropout
    keep: list[Tensor] = field(default_factory=list)  # (B, d) dropout factors of the context
    weights: list[Tensor] = field(default_factory=list)  # (B, S) of the read before the step
    winners: list[Tensor] = field(default_factory=list)  # (B, S) the latent that gave the maximum
    centres: list[Tensor] = field(default_factory=list)  # (B,) slot that was read around
    gathered: list[Tensor] = field(default_factory=list)  # (B, V) `w·Γ` of that read


def relative_positions(tables: Tables) -> Tensor:
    """(S, S) int64: column of `position_scores` for slot `i` read around slot `p`, at [p, i]."""
    half_context = tables.position_scores.shape[2] // 2 - 2
    index = torch.arange(tables.scores.shape[2], device=tables.scores.device)
    distance = index[None, :] - index[:, None]
    inside = distance.abs() <= half_context
    relative = torch.where(inside, distance + half_context, 2 * half_context + 2)
    relative[:, 0] = 2 * half_context + 1
    return relative


def unroll(
    tables: Tables,
    mask: Tensor,
    policy: Policy,
    *,
    dropout: float = 0.0,
    trace: Trace | None = None,
) -> Tensor:
    """Take steps until the policy says that all rows are finished; logits (T, B, V).

    `mask` (B, S) is true at the slots of a row. `dropout` is applied to the context before the
    perceptron. `trace` is filled for the backward pass.
    """
    B, S = mask.shape
    V = tables.output_bias.shape[0]
    rows = torch.arange(B, device=mask.device)
    last = mask.sum(1) - 1
    relative = relative_positions(tables)
    closed = torch.zeros_like(tables.scores[:, 0]).masked_fill_(~mask, -torch.inf)  # (B, S)
    scores = tables.scores.clone()  # (B, K, S)
    written = scores.new_zeros(B, S, V)  # Γ
    context_weight, output_weight = tables.context_weight.t(), tables.output_weight.t()
    pointer = centre = torch.zeros_like(last)
    logits_by_step: list[Tensor] = []
    while True:
        position = relative[centre][:, None, :].expand(-1, scores.shape[1], -1)  # (B, K, S)
        best, winner = tables.position_scores.gather(2, position).add_(scores).max(dim=1)
        weights = best.add_(closed).softmax(dim=1)  # (B, S)
        gathered = torch.bmm(weights[:, None], written)[:, 0]  # (B, V)
        context = torch.bmm(weights[:, None], tables.values)[:, 0]  # (B, d)
        context = context.addmm_(gathered, tables.write_values)
        if dropout:
            keep = torch.empty_like(context).bernoulli_(1 - dropout).div_(1 - dropout)
            context = context.mul_(keep)
        # Before the first step the context is read around CLS, and the first word is next.
        pointer = pointer if logits_by_step else torch.ones_like(last)
        hidden = torch.addmm(tables.word_input[rows, pointer], context, context_weight).tanh_()
        logits = torch.addmm(tables.output_bias, hidden, output_weight)  # (B, V)
        probabilities = logits.sigmoid()
        shares = logits.softmax(dim=1)
        gates = shares * (probabilities >= probabilities[:, SHIFT : SHIFT + 1])
        logits_by_step.append(logits)
        if trace is not None:
            trace.pointers.append(pointer)
            trace.hidden.append(hidden)
            trace.shares.append(shares)
            trace.gates.append(gates)
            trace.contexts.append(context)
            if dropout:
                trace.keep.append(keep)
            trace.weights.append(weights)
            trace.winners.append(winner)
            trace.centres.append(centre)
            trace.gathered.append(gathered)
        pace = policy(logits, probabilities)
        if pace.finished:
            return torch.stack(logits_by_step)
        written[rows, pointer] += gates
        scores[rows, :, pointer] += torch.bmm(gates[:, None], tables.write_scores)[:, 0]
        centre = pointer
        pointer = torch.minimum(pointer + pace.advance, last)


class Recurrence(torch.autograd.Function):
    """`unroll` with the gradient of the logits to every table."""

    @staticmethod
    def forward(ctx: Any, mask: Tensor, policy: Policy, dropout: float, *tables: Tensor) -> Tensor:
        trace = Trace()
        logits = unroll(Tables(*tables), mask, policy, dropout=dropout, trace=trace)
        ctx.save_for_backward(*tables)
        ctx.trace = trace
        return logits

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor | None, ...]:
        gradients = _backward(Tables(*ctx.saved_tensors), ctx.trace, upstream[0])
        return None, None, None, *gradients


def _backward(tables: Tables, trace: Trace, upstream: Tensor) -> Tables:
    """Gradients of all tables, given those of the logits (T, B, V)."""
    T, B, V = upstream.shape
    K, S, R = tables.scores.shape[1], tables.scores.shape[2], tables.position_scores.shape[2]
    rows = torch.arange(B, device=upstream.device)
    write_values = tables.write_values.t()  # (d, V)
    read_scores = tables.write_scores.transpose(1, 2)  # (B, K, V)
    # Γ as the last read saw it; taken back write by write below.
    written = upstream.new_zeros(B, S, V)
    for pointer, gates in zip(trace.pointers[:-1], trace.gates[:-1], strict=True):
        written[rows, pointer] += gates
    d_written = torch.zeros_like(written)
    d_scores = torch.zeros_like(tables.scores)
    d_logits = upstream.clone()
    d_hidden, d_contexts, d_attention, d_columns = [], [], [], []
    for t in reversed(range(T)):
        if t < T - 1:
            # What the write of this step did to all later reads.
            pointer, gates, shares = trace.pointers[t], trace.gates[t], trace.shares[t]
            column = d_scores[rows, :, pointer]  # (B, K)
            d_columns.append(column)
            d_gates = torch.bmm(column[:, None], read_scores)[:, 0] + d_written[rows, pointer]
            d_taken = gates * d_gates
            d_logits[t] += d_taken - shares * d_taken.sum(1, keepdim=True)
        hidden = trace.hidden[t]
        d_pre = torch.mm(d_logits[t], tables.output_weight).mul_(1 - hidden * hidden)  # (B, 2d)
        d_context = torch.mm(d_pre, tables.context_weight)  # (B, d)
        if trace.keep:
            d_context = d_context.mul_(trace.keep[t])
        weights = trace.weights[t]
        d_gathered = torch.mm(d_context, write_values)  # (B, V)
        d_weights = torch.bmm(tables.values, d_context[:, :, None])[:, :, 0]  # (B, S)
        d_weights += torch.bmm(written, d_gathered[:, :, None])[:, :, 0]
        d_best = weights * (d_weights - (weights * d_weights).sum(1, keepdim=True))
        d_scores.scatter_add_(1, trace.winners[t][:, None], d_best[:, None])
        d_written.baddbmm_(weights[:, :, None], d_gathered[:, None])
        d_hidden.append(d_pre)
        d_contexts.append(d_context)
        d_attention.append(d_best)
        if t:
            written[rows, trace.pointers[t - 1]] -= trace.gates[t - 1]
    # The lists were filled from the last step to the first.
    d_hidden_steps = torch.stack(d_hidden[::-1])  # (T, B, 2d)
    d_context_steps = torch.stack(d_contexts[::-1])  # (T, B, d)
    pointers, hidden = torch.stack(trace.pointers), torch.stack(trace.hidden)
    d_word_input = torch.zeros_like(tables.word_input)
    d_word_input.view(B * S, -1).index_add_(
        0, (rows * S + pointers).flatten(), d_hidden_steps.flatten(0, 1)
    )
    d_values = torch.bmm(
        torch.stack(trace.weights).permute(1, 2, 0), d_context_steps.transpose(0, 1)
    )
    relative = relative_positions(tables)[torch.stack(trace.centres)]
    place = torch.stack(trace.winners).mul_(R).add_(relative).transpose(0, 1).flatten(1)  # (B, T·S)
    d_position_scores = upstream.new_zeros(B, K * R).scatter_add_(
        1, place, torch.stack(d_attention[::-1]).transpose(0, 1).flatten(1)
    )
    d_write_scores = torch.zeros_like(tables.write_scores)
    if T > 1:
        d_write_scores = torch.bmm(
            torch.stack(trace.gates[:-1]).permute(1, 2, 0),
            torch.stack(d_columns[::-1]).transpose(0, 1),
        )
    return Tables(
        word_input=d_word_input,
        values=d_values,
        scores=d_scores,
        position_scores=d_position_scores.view(B, K, R),
        write_scores=d_write_scores,
        write_values=torch.stack(trace.gathered).flatten(0, 1).t() @ d_context_steps.flatten(0, 1),
        context_weight=d_hidden_steps.flatten(0, 1).t() @ torch.stack(trace.contexts).flatten(0, 1),
        output_weight=d_logits.flatten(0, 1).t() @ hidden.flatten(0, 1),
        output_bias=d_logits.sum((0, 1)),
    )
