import json
from pathlib import Path

import pytest

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import UnknownNameError
from sru_ner.model.configuration import SruNerConfig


def test_the_configuration_file_holds_actions_and_inventories(tiny_model: Path) -> None:
    saved = json.loads((tiny_model / "config.json").read_text())
    assert saved["inventories"] == {"one": ["one$Chemical", "one$Disease"], "two": ["two$Disease"]}
    assert saved["actions"][:4] == [
        "EOA",
        "SHIFT",
        "TRANSITION(one$Chemical)",
        "REDUCE(one$Chemical)",
    ]
    assert SruNerConfig.from_pretrained(tiny_model).labels == [
        "one$Chemical",
        "one$Disease",
        "two$Disease",
    ]


def test_a_loaded_model_knows_what_coarser_types_cover(tmp_path: Path) -> None:
    inventories = {"one": ["one$Cell"], "two": ["two$Cell_Line"]}
    covers = {"one": {"Cell": ("Cell_Line",)}, "two": {}}
    SruNerConfig(inventories=inventories, covers=covers).save_pretrained(tmp_path)
    loaded = SruNerConfig.from_pretrained(tmp_path).type_inventories()
    assert loaded == {
        "one": TypeInventory("one", ("Cell",), {"Cell": ("Cell_Line",)}),
        "two": TypeInventory("two", ("Cell_Line",)),
    }


def test_an_unknown_context_lists_the_known() -> None:
    with pytest.raises(UnknownNameError, match="choose one of: attention, mean, none"):
        SruNerConfig(context="all")
