"""Labels of a model of three sources, and a prediction as a model gives it."""

from dataclasses import dataclass

from sru_ner.dataset.type_inventory import TypeInventory

LABELS = ["chem$Chemical", "dis$Disease", "both$Chemical", "both$Disease"]
INVENTORIES = {
    "chem": TypeInventory("chem", ("Chemical",)),
    "dis": TypeInventory("dis", ("Disease",)),
    "both": TypeInventory("both", ("Chemical", "Disease")),
}


@dataclass(frozen=True)
class Predicted:
    start: int
    end: int
    label: str
    score: float
