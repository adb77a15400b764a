"""Finds the open actions that gold rules out, because their types exclude a gold type.

See docs/explanation/model.md §5.
"""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor

from sru_ner.model.actions import SHIFT, action_count, reduce, transition
from sru_ner.model.labels import type_name


def exclusive_action_table(labels: Sequence[str], pairs: Iterable[Sequence[str]]) -> Tensor:
    """Return (V, V) float32: 1 where the action of the row excludes the action of the column.

    labels: all labels of the model. pairs: the types that exclude each other. A TRANSITION excludes
    the TRANSITIONs of all labels whose type excludes its own, a REDUCE their REDUCEs.
    """
    table = torch.zeros(action_count(len(labels)), action_count(len(labels)))
    exclusive = {frozenset(pair) for pair in pairs}
    types = [type_name(label) for label in labels]
    for one, its_type in enumerate(types):
        for other, other_type in enumerate(types):
            if frozenset((its_type, other_type)) in exclusive:
                table[transition(one), transition(other)] = 1
                table[reduce(one), reduce(other)] = 1
    return table


def ruled_out_actions(gold: Tensor, table: Tensor) -> Tensor:
    """Return (B, G, V) bool: the actions that the gold actions at the same word exclude.

    gold: (B, G, V) multi-hot gold steps. table: see `exclusive_action_table`. A step rules actions
    out for itself and for all steps up to the SHIFT past its word, that SHIFT included.
    """
    excluded = (gold @ table > 0).to(gold.dtype)  # (B, G, V)
    total = excluded.cumsum(dim=1)
    # Each word's steps begin after the SHIFT past the word before it.
    before = torch.zeros_like(total)
    before[:, 1:] = total[:, :-1]
    starts = torch.zeros_like(gold[:, :, SHIFT])  # (B, G)
    starts[:, 1:] = gold[:, :-1, SHIFT]
    steps = torch.arange(gold.shape[1], device=gold.device).expand_as(starts)
    first = torch.where(starts == 1, steps, torch.zeros_like(steps)).cummax(dim=1).values  # (B, G)
    index = first[:, :, None].expand_as(total)
    return total - before.gather(1, index) > 0
