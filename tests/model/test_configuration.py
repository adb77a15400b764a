import json
from pathlib import Path

import pytest

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError
from sru_ner.model.configuration import SruNerConfig
from sru_ner.settings.sections import ModelSettings


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


def test_old_files_without_a_newer_setting_load(tiny_model: Path, tmp_path: Path) -> None:
    saved = json.loads((tiny_model / "config.json").read_text())
    assert {name: saved[name] for name in ModelSettings.model_fields} == {
        **ModelSettings().model_dump(),
        "max_subwords": 48,
    }
    for name in ("context", "positions", "next_word", "pack"):
        del saved[name]
    (tmp_path / "config.json").write_text(json.dumps(saved))
    loaded = SruNerConfig.from_pretrained(tmp_path)
    assert loaded.max_subwords == 48
    assert (loaded.context, loaded.positions, loaded.next_word) == ("attention", True, True)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("context", "all", "context is 'all': input should be 'attention', 'mean' or 'none'"),
        ("half_context", 0, "half_context is 0: input should be greater than or equal to 1"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        SruNerConfig(**{name: value})
