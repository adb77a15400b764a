"""Finds the open actions of a row: those whose types its annotators did not mark."""

from collections.abc import Sequence

import torch
from torch import Tensor

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.model.actions import action_count, reduce, transition
from sru_ner.model.labels import label_source, type_name


def open_action_table(
    labels: Sequence[str], inventories: Sequence[TypeInventory], *, closed: bool = False
) -> Tensor:
    """Return (B, V) bool: the open actions of each row (docs/explanation/model.md §5).

    labels: all labels of the model. inventories: one per row. closed: closed supervision.
    The open labels of a row are those of other sources and those of types that were not marked in
    it. Under closed supervision they count as absent, except for finer types that a marked type
    covers: where annotators used the coarse name, the finer name is not wrong.
    """
    table = torch.zeros(len(inventories), action_count(len(labels)), dtype=torch.bool)
    seen: dict[tuple[str, tuple[str, ...]], Tensor] = {}
    for row, inventory in enumerate(inventories):
        key = inventory.source, inventory.types
        if key not in seen:
            opened = [i for i, each in enumerate(labels) if _is_open(each, inventory, closed)]
            actions = [action for i in opened for action in (transition(i), reduce(i))]
            seen[key] = torch.zeros_like(table[row]).index_fill_(0, torch.tensor(actions).long(), 1)
        table[row] = seen[key]
    return table


def _is_open(label: str, inventory: TypeInventory, closed: bool) -> bool:
    type_ = type_name(label)
    if type_ in inventory.types and label_source(label) in (None, inventory.source):
        return False
    return not closed or inventory.status(type_) == "covered"
