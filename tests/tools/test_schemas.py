"""JSON Schemas are current, take all that ships, and refuse what the settings refuse."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from flows.suites import composed, known_suites
from sru_ner.corpora.catalog import CATALOG
from sru_ner.corpora.readers import READERS
from tools.schemas import FOLDER, schemas, text_of

ROOT = Path(__file__).parents[2]


def mistakes(name: str, values: object) -> list[str]:
    """Places and messages of what the committed schema refuses."""
    schema = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    found = Draft202012Validator(schema).iter_errors(values)
    return [f"{'/'.join(map(str, error.path))}: {error.message}" for error in found]


def read(path: Path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(schemas()))
def test_a_schema_is_valid_and_current(name: str) -> None:
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert text == text_of(schemas()[name]), "run `python -m tools.schemas`"
    Draft202012Validator.check_schema(json.loads(text))


def test_the_shipped_files_are_valid() -> None:
    assert mistakes("catalog.json", read(CATALOG)) == []
    assert mistakes("params.json", read(ROOT / "suites/demo/params.yaml")) == []
    assert mistakes("data_params.json", read(ROOT / "data/params.yaml")) == []
    assert mistakes("project_params.json", read(ROOT / "params.yaml")) == []
    for entry in read(CATALOG)["sources"].values():
        assert mistakes("corpus.json", entry) == []


@pytest.mark.parametrize("suite", known_suites(ROOT))
def test_every_suite_is_valid(suite: str) -> None:
    assert mistakes("params.json", yaml.safe_load(composed(suite, ROOT))) == []


def test_wrong_settings_are_refused() -> None:
    params = read(ROOT / "suites/demo/params.yaml")
    (place, *more) = mistakes("params.json", {**params, "train": {"epocs": 8, "batch_size": 0}})
    assert "epocs" in place + more[0]
    assert len(more) == 1
    without = {key: value for key, value in params.items() if key != "evaluate"}
    assert mistakes("params.json", without) == [": 'evaluate' is a required property"]


def test_wrong_entries_are_refused() -> None:
    (name, entry) = next(
        (n, e) for n, e in read(CATALOG)["sources"].items() if e["reader"] == "iob"
    )
    assert mistakes("catalog.json", {"sources": {name: entry}}) == []
    assert len(mistakes("catalog.json", {"sources": {"Not A Name": entry}})) == 1
    assert len(mistakes("corpus.json", {**entry, "reader": "iobb"})) == 1
    assert len(mistakes("corpus.json", {**entry, "options": {"separater": "tab"}})) == 1
    assert len(mistakes("corpus.json", {**entry, "files": [{"url": "x", "split": "tests"}]})) == 1


def test_every_reader_has_rules_for_its_options() -> None:
    rules = schemas()["corpus.json"]["allOf"]
    assert [rule["if"]["properties"]["reader"]["const"] for rule in rules] == sorted(READERS)
