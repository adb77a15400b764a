"""The memory of the slot-based recurrent unit: reading, logits of a step, writing.

See docs/explanation/model.md §3 and §6.

The unit writes only sums of action embeddings into its memory: `M_i = H_i + Γ_i U`, where
`Γ ∈ R^{S×V}` holds the summed gates of each slot. So a step needs products of width V and K and no
S×d copy: one row of the table `Z̃·M` changes, and the context is `w·(H∘β) + (w·Γ)·(U∘β)`.

Shapes: B rows, S slots, d width, V actions, K latents, R = 2h+4 relative positions. S slots are at
most S-1 apart, so h is at most S-1 in the tables. The context has width E: 2d if the tables are
folded, that is, if the context half of the perceptron was multiplied in before the first step, d
otherwise. The context is linear in the values, so the logits are the same.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from sru_ner.model.actions import SHIFT
from sru_ner.model.mixed_precision import weighted_sums


class Tables(NamedTuple):
    """All products with the word vectors `H`, computed once per batch before the first step.

    They are fp32, but for the first two, which have the dtype of the word vectors.
    """

    word_input: Tensor
    """(B, S, 2d): the word half of the perceptron, `H W₁ᵀ + b₁`."""
    values: Tensor
    """(B, S, E): `M⁰ ∘ β`, if folded times the context half of `W₁`."""
    scores: Tensor
    """(B, S, K): `m · M⁰ · Z̃`."""
    position_scores: Tensor
    """(B, R, K): `P · Z̃`."""
    write_scores: Tensor
    """(B, V, K): `m · U · Z̃`, which a written action adds to its slot's row of `scores`."""
    write_values: Tensor
    """(V, E): `U ∘ β`, if folded times the context half of `W₁`."""
    context_weight: Tensor | None
    """(2d, d): the context half of `W₁`; None if folded."""
    output_weight: Tensor
    """(V, 2d): `W₂`."""
    output_bias: Tensor
    """(V,): `b₂`."""


class Reading(NamedTuple):
    """Holds the result of reading the memory around one slot."""

    weights: Tensor
    """(B, S): w, the softmax over the slots."""
    best_latents: Tensor
    """(B, S) int16: the latent with each slot's highest score; empty unless asked for."""
    gates: Tensor
    """(B, V): `w·Γ`, the gates averaged over the slots."""
    context: Tensor
    """(B, E): the context."""


class SlotMemory:
    """Holds the memory of a batch while the unit takes its steps."""

    def __init__(self, tables: Tables, mask: Tensor) -> None:
        """Start with unwritten slots; `mask` (B, S) bool is false at padding."""
        self._tables = tables
        self.written = tables.scores.new_zeros(*mask.shape, len(tables.output_bias))  # Γ (B, S, V)
        self._scores = tables.scores.masked_fill(~mask[:, :, None], -torch.inf)  # (B, S, K)
        self._relative = relative_positions(tables)
        self._number_rows()

    def _number_rows(self) -> None:
        B, S, _ = self._scores.shape
        rows = torch.arange(B, device=self._scores.device)
        self._slots = torch.arange(B * S, device=self._scores.device)
        self._first_slot = rows * S
        self._first_position = (rows * self._tables.position_scores.shape[1])[:, None]

    def flat_slots(self, pointer: Tensor) -> Tensor:
        """Return (B,) int64: indices into (B·S) of the slot `pointer` (B,) of each row."""
        return self._first_slot + pointer

    def read(self, centre: Tensor, *, with_best_latents: bool = False) -> Reading:
        """Read the context around the slots `centre` (B,)."""
        B, S, K = self._scores.shape
        position = self._relative[centre].add_(self._first_position).flatten()
        scores = self._tables.position_scores.flatten(0, 1).index_select(0, position)
        scores = scores.view(B, S, K).add_(self._scores)
        # The index of a maximum takes longer to find than its value.
        best, latents = (
            scores.max(dim=2) if with_best_latents else (scores.amax(dim=2), position[:0])
        )
        latents = latents.to(torch.int16)  # training keeps S of them for every step
        weights = best.softmax(dim=1)
        gates = torch.bmm(weights[:, None], self.written)[:, 0]
        values = weighted_sums(weights, self._tables.values, self._slots, self._first_slot)
        context = values.addmm_(gates, self._tables.write_values)
        return Reading(weights, latents, gates, context)

    def perceptron(self, context: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
        """Return the hidden layer (B, 2d) and the logits (B, V) of a step.

        context: (B, E). slots: (B,) from `flat_slots`, the words at the pointers.
        """
        tables = self._tables
        words = tables.word_input.flatten(0, 1).index_select(0, slots)
        if tables.context_weight is None:
            hidden = torch.add(words, context).tanh_()
        else:
            hidden = words.addmm_(context, tables.context_weight.t()).tanh_()
        return hidden, torch.addmm(tables.output_bias, hidden, tables.output_weight.t())

    def write(self, slots: Tensor, gates: Tensor) -> None:
        """Add the action embeddings, weighted by `gates` (B, V), to the slots of `flat_slots`."""
        added = torch.bmm(gates[:, None], self._tables.write_scores)[:, 0]  # (B, K)
        # Not `index_add_`: it would start all threads for these few rows.
        self._scores.flatten(0, 1)[slots] += added
        self.written.flatten(0, 1)[slots] += gates

    def keep_rows(self, rows: Tensor) -> None:
        """Drop all rows but `rows` (int64 indices) from the batch."""
        per_row = ("word_input", "values", "position_scores", "write_scores")
        chosen = {name: getattr(self._tables, name)[rows] for name in per_row}
        self._tables = self._tables._replace(**chosen)
        self.written, self._scores = self.written[rows], self._scores[rows]
        self._number_rows()


def relative_positions(tables: Tables) -> Tensor:
    """Return (S, S) int64: at [p, i] the row of `position_scores` for slot i, read around p."""
    half_context = tables.position_scores.shape[1] // 2 - 2
    index = torch.arange(tables.scores.shape[1], device=tables.scores.device)
    distance = index[None, :] - index[:, None]
    inside = distance.abs() <= half_context
    relative = torch.where(inside, distance + half_context, 2 * half_context + 2)
    relative[:, 0] = 2 * half_context + 1
    return relative


def action_gates(logits: Tensor) -> tuple[Tensor, Tensor]:
    """Return the softmax of the logits (B, V), and the gates (B, V).

    The gates are the softmax, but 0 for an action less likely than SHIFT, which is not written.
    """
    softmax = logits.softmax(dim=1)
    return softmax, softmax * (logits >= logits[:, SHIFT : SHIFT + 1])
