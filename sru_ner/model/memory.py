"""The memory of the slot-based recurrent unit: reads, answers, writes.

See docs/explanation/model.md §3, §6.

The unit writes only sums of action embeddings into its memory, `M_i = H_i + Γ_i U` with
`Γ ∈ R^{S×V}` the gates summed per slot. So a step costs products of width V and K instead of S×d
copies: the table `Z̃·M` gets one new row, and the context is `w·(H∘β) + (w·Γ)·(U∘β)`.

Shapes: B rows, S slots, d width, V actions, K latents, R = 2h+4 relative positions. Only the
positions that S slots can have to each other are in the tables: h is at most S-1 here. The context
is E wide: d where it still has to be multiplied into the perceptron, 2d where that was done before
the first step (`fold_context`).
"""

from typing import NamedTuple

import torch
from torch import Tensor

from sru_ner.model.actions import SHIFT


class Tables(NamedTuple):
    """All that the steps need, made once per batch; every product with `H` is in here."""

    word_input: Tensor
    """(B, S, 2d): the word half of the perceptron, `H W₁ᵀ + b₁`."""
    values: Tensor
    """(B, S, E): `M⁰ ∘ β`."""
    scores: Tensor
    """(B, S, K): `m · M⁰ · Z̃`."""
    position_scores: Tensor
    """(B, R, K): `P · Z̃`."""
    write_scores: Tensor
    """(B, V, K): `m · U · Z̃`, what a written action adds to its row of `scores`."""
    write_values: Tensor
    """(V, E): `U ∘ β`."""
    context_weight: Tensor | None
    """(2d, d): the context half of `W₁`; None where `values` and `write_values` hold it."""
    output_weight: Tensor
    """(V, 2d): `W₂`."""
    output_bias: Tensor
    """(V,): `b₂`."""


def fold_context(tables: Tables) -> Tables:
    """Multiply the context half of the perceptron into the values, once for all steps.

    The context is linear in them, so the numbers stay the same; only dropout of the context,
    which comes between the two, stands against it.
    """
    if tables.context_weight is None:
        return tables
    weight = tables.context_weight.t()
    return tables._replace(
        values=tables.values @ weight,
        write_values=tables.write_values @ weight,
        context_weight=None,
    )


class Reading(NamedTuple):
    """What is read around a slot."""

    weights: Tensor
    """(B, S) of the softmax."""
    winners: Tensor
    """(B, S) int16: the latent that gave each slot's maximum; empty unless it was asked for."""
    gathered: Tensor
    """(B, V): `w·Γ`."""
    context: Tensor
    """(B, E)."""


class SlotMemory:
    """The slots of a batch while its steps are taken."""

    def __init__(self, tables: Tables, mask: Tensor) -> None:
        """`mask` (B, S) is true at the slots of a row."""
        B, S = mask.shape
        self._actions = tables.output_weight.shape[0]
        self._tables = tables
        unwritten = tables.values.new_zeros(B, S, self._actions)
        self.cells = torch.cat([unwritten, tables.values], dim=2)  # (B, S, V+E): Γ and values
        self._scores = tables.scores.masked_fill(~mask[:, :, None], -torch.inf)  # (B, S, K)
        self._relative = relative_positions(tables)
        self._number_rows()

    def _number_rows(self) -> None:
        B, S, _ = self._scores.shape
        rows = torch.arange(B, device=self._scores.device)
        self._first_slot = rows * S
        self._first_position = (rows * self._tables.position_scores.shape[1])[:, None]

    def flat(self, pointer: Tensor) -> Tensor:
        """(B,) int64: the slots `pointer` (B,) of all rows, counted through the batch."""
        return self._first_slot + pointer

    def read(self, centre: Tensor, *, with_winners: bool = False) -> Reading:
        """Read the context around the slots `centre` (B,)."""
        B, S, K = self._scores.shape
        position = self._relative[centre].add_(self._first_position).flatten()
        scores = self._tables.position_scores.flatten(0, 1).index_select(0, position)
        scores = scores.view(B, S, K).add_(self._scores)
        # The place of a maximum takes longer to find than its value.
        best, winners = scores.max(dim=2) if with_winners else (scores.amax(dim=2), position[:0])
        winners = winners.to(torch.int16)  # kept for every step, and there are S of them
        weights = best.softmax(dim=1)
        found = torch.bmm(weights[:, None], self.cells)[:, 0]  # (B, V+E)
        gathered = found[:, : self._actions].contiguous()
        context = torch.addmm(found[:, self._actions :], gathered, self._tables.write_values)
        return Reading(weights, winners, gathered, context)

    def answer(self, context: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden layer (B, 2d) and logits (B, V), for contexts (B, E) at slots from `flat`."""
        tables = self._tables
        words = tables.word_input.flatten(0, 1).index_select(0, slots)
        if tables.context_weight is None:
            hidden = words.add_(context).tanh_()
        else:
            hidden = words.addmm_(context, tables.context_weight.t()).tanh_()
        return hidden, torch.addmm(tables.output_bias, hidden, tables.output_weight.t())

    def write(self, slots: Tensor, gates: Tensor) -> None:
        """Add actions with the weights `gates` (B, V) to the slots from `flat`."""
        added = torch.bmm(gates[:, None], self._tables.write_scores)[:, 0]
        # Not `index_add_`: for these few rows it would wake all threads.
        self._scores.flatten(0, 1)[slots] += added
        self.cells.flatten(0, 1)[slots, : self._actions] += gates

    def select(self, rows: Tensor) -> None:
        """Go on with some rows only."""
        per_row = ("word_input", "position_scores", "write_scores")
        chosen = {name: getattr(self._tables, name)[rows] for name in per_row}
        self._tables = self._tables._replace(**chosen)
        self.cells, self._scores = self.cells[rows], self._scores[rows]
        self._number_rows()


def relative_positions(tables: Tables) -> Tensor:
    """(S, S) int64: row of `position_scores` for slot `i` read around slot `p`, at [p, i]."""
    half_context = tables.position_scores.shape[1] // 2 - 2
    index = torch.arange(tables.scores.shape[1], device=tables.scores.device)
    distance = index[None, :] - index[:, None]
    inside = distance.abs() <= half_context
    relative = torch.where(inside, distance + half_context, 2 * half_context + 2)
    relative[:, 0] = 2 * half_context + 1
    return relative


def action_gates(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Softmax of the logits, and the same with zero for actions less likely than SHIFT; (B, V)."""
    shares = logits.softmax(dim=1)
    return shares, shares * (logits >= logits[:, SHIFT : SHIFT + 1])
