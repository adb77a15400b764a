"""The slot-based recurrent unit with its parameters (docs/explanation/model.md §3)."""

from collections.abc import Callable, Mapping
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sru_ner.model.actions import EOA, SHIFT, action_count, reduce, transition
from sru_ner.model.decoding import unroll
from sru_ner.model.description import Description
from sru_ner.model.memory import Tables
from sru_ner.model.mixed_precision import linear
from sru_ner.model.recurrence import Recurrence
from sru_ner.model.supervision import TeacherForcing


class SlotRecurrentUnit(nn.Module):
    """Computes the logits of the actions, step by step, from the word vectors in the slots."""

    def __init__(self, config: Description, width: int) -> None:
        """Draw the parameters of a new unit; `width` is d, the size of a word vector."""
        super().__init__()
        d, V = width, action_count(len(config.labels))
        K = config.latent_count
        self.half_context = config.half_context
        self.context, self.positions = config.context, config.positions
        self.next_word = config.next_word
        self.open_strength = config.open_strength
        self.exclusive_above = config.exclusive_above
        self.teacher_weight = config.teacher_weight
        self.mention_bias = config.mention_bias
        self.latent_dropout = config.latent_dropout
        self.position_dropout = config.position_dropout
        self.input_dropout = config.input_dropout
        self.start_action = nn.Parameter(torch.zeros(d))  # a₀
        self.action_embeddings = nn.Parameter(torch.empty(V, d))  # U
        self.latents = nn.Parameter(torch.empty(K, d))  # Z
        self.attention_diagonal = nn.Parameter(torch.ones(d))  # α
        self.value_diagonal = nn.Parameter(torch.ones(d))  # β
        self.position_embeddings = nn.Parameter(torch.empty(2 * config.half_context + 4, d))  # P
        self.token_multiplier = nn.Parameter(  # m
            torch.tensor(float(config.token_multiplier)),
            requires_grad=config.train_token_multiplier,
        )
        self.mlp = nn.Sequential(nn.Linear(2 * d, 2 * d), nn.Tanh(), nn.Linear(2 * d, V))
        self.before_step: Callable[[], None] | None = None
        """Is called before each step of `decode`; a server lets other work go first there."""
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw the first embeddings; the latents are small, so that all slots weigh about the same.

        A part that an ablation switches off is set to zero and not trained. So the code of a
        step is the same with and without it.
        """
        nn.init.normal_(self.action_embeddings)
        nn.init.normal_(self.position_embeddings)
        nn.init.normal_(self.latents, std=0.01)
        for parameter, used in (
            (self.latents, self.context != "mean"),
            (self.value_diagonal, self.context != "none"),
            (self.position_embeddings, self.positions),
        ):
            if not used:
                nn.init.zeros_(parameter).requires_grad_(False)

    @torch.no_grad()
    def take_over(self, trained: "SlotRecurrentUnit", types: Mapping[int, int]) -> None:
        """Copy the weights of a trained unit of the same width, distances and number of latents.

        types: type number here → type number there. The actions of other types keep their first
        weights. Latents belong to no action, so all are copied: with a part of them, the unit would
        read another context, and find nothing.
        """
        actions = {EOA: EOA, SHIFT: SHIFT}
        for here, there in types.items():
            actions |= {transition(here): transition(there), reduce(here): reduce(there)}
        rows, theirs = list(actions), list(actions.values())
        per_action = {"action_embeddings", "mlp.2.weight", "mlp.2.bias"}
        learned = dict(trained.named_parameters())
        for name, weights in self.named_parameters():
            source = learned[name].to(weights)
            if name in per_action:
                weights[rows] = source[theirs]
            else:
                weights.copy_(source)

    def tables(self, slots: Tensor, *, folded: bool) -> Tables:
        """Compute all products with the word vectors `slots` (B, S, d), once for all steps.

        The large products are computed in the dtype of `slots`, which is that of the encoder; what
        the unit sums over many steps is fp32. folded: see `memory`; not to be used with dropout of
        the context, which acts between the two products.

        In training the dropout masks of latents and positions are drawn once per row, those of the
        word vectors once per slot. With masks drawn at each step the tables would not be exact.
        """
        B, S, d = slots.shape
        drop = self.training
        drawn = B if drop else 1
        first, last = cast(nn.Linear, self.mlp[0]), cast(nn.Linear, self.mlp[2])
        latents = (self.latents * self.attention_diagonal).expand(drawn, -1, -1)  # Z̃ (·, K, d)
        latents = F.dropout(latents, self.latent_dropout, drop)
        # Slots are at most S-1 apart, so the rows for larger distances are not needed.
        h, near = self.half_context, min(self.half_context, S - 1)
        positions = torch.cat(
            [
                self.position_embeddings[h - near : h + near + 1],
                self.position_embeddings[2 * h + 1 :],
            ]
        ).expand(drawn, -1, -1)  # (·, R, d)
        positions = F.dropout(positions, self.position_dropout, drop)
        words = F.dropout(slots, self.input_dropout, drop)
        if not self.next_word:
            words = torch.zeros_like(slots)
        start = F.pad(self.start_action[None], (0, 0, 0, S - 1))  # (S, d)
        memory = slots + start  # M⁰ (B, S, d)
        scaled = self.token_multiplier * latents  # (·, K, d)
        position_scores = torch.bmm(positions, latents.transpose(1, 2))
        write_scores = (scaled @ self.action_embeddings.t()).transpose(1, 2)
        context_weight = first.weight[:, d:]
        if folded:
            weight = context_weight * self.value_diagonal
            values = linear(slots, weight, None, slots.dtype)
            values[:, 0] += self.start_action @ weight.t()
            write_values = self.action_embeddings @ weight.t()
        else:
            values = memory * self.value_diagonal
            write_values = self.action_embeddings * self.value_diagonal
        return Tables(
            word_input=linear(words, first.weight[:, :d], first.bias, slots.dtype),
            values=values,
            scores=torch.matmul(memory, scaled.transpose(1, 2)),
            position_scores=position_scores.expand(B, -1, -1).contiguous(),
            write_scores=write_scores.expand(B, -1, -1).contiguous(),
            write_values=write_values,
            context_weight=None if folded else context_weight,
            output_weight=last.weight,
            output_bias=last.bias,
        )

    def training_pass(
        self,
        slots: Tensor,
        mask: Tensor,
        gold: Tensor,
        lengths: Tensor,
        open_actions: Tensor,
        ruled_out: Tensor | None = None,
        rejected: Tensor | None = None,
        taught: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Take the gold steps; return logits (T, B, V), targets (T, B, V) and valid steps (T, B).

        slots: (B, S, d) word vectors with CLS and SEP. mask: (B, S) bool, false at padding.
        gold: (B, G, V), lengths: (B,), open_actions: (B, V), ruled_out, rejected and taught:
        (B, G, V), see `TeacherForcing`.
        """
        slots = slots.to(self.start_action.dtype)
        policy = TeacherForcing(
            gold.to(slots.dtype),
            lengths,
            open_actions,
            self.open_strength,
            ruled_out,
            self.exclusive_above,
            rejected,
            taught,
            self.teacher_weight,
        )
        dropout = self.input_dropout if self.training else 0.0
        tables = self.tables(slots, folded=not dropout)
        return Recurrence.apply(mask, policy, dropout, *tables), *policy.targets()

    @torch.no_grad()
    def decode(self, slots: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Return the probabilities (B, T, V) of the unit's own steps, and each row's steps (B,).

        `mention_bias` is part of them.
        """
        tables = self.tables(slots, folded=True)
        bias = tables.output_bias.clone()  # (V,)
        bias[SHIFT + 1 :] += self.mention_bias
        logits, steps = unroll(tables._replace(output_bias=bias), mask, self.before_step)
        return logits.sigmoid(), steps
