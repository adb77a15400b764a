"""Each export is what its tool reads, as that tool's own library or documentation says."""

import json
from unittest.mock import MagicMock

import jsonschema
import pytest
from label_studio_sdk.label_interface import LabelInterface
from openpyxl import load_workbook

from sru_ner.assessment.exports.formats import EXPORTS
from sru_ner.assessment.verdicts import Judgement
from sru_ner.corpora.readers import brat as brat_reader
from sru_ner.corpora.readers import uima_xmi

TYPES = ["Cell line", "Disease", "Gene", "Species"]


@pytest.fixture
def written(items, tmp_path):
    def write(tool):
        EXPORTS[tool].write(tmp_path, items.items, TYPES)
        return tmp_path

    return write


def test_label_studio_takes_the_tasks_and_the_interface(written):
    folder = written("label-studio")
    interface = LabelInterface((folder / "label_config.xml").read_text())
    interface.validate()
    for task in json.loads((folder / "label_studio.json").read_text()):
        assert interface.validate_task({"data": task["data"]})
        for prediction in task["predictions"]:
            assert interface.validate_prediction(prediction, return_errors=True) == []


def test_argilla_takes_settings_and_records(written, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import argilla
    from argilla.client import Argilla

    monkeypatch.setattr(Argilla, "_default_client", MagicMock())
    folder = written("argilla") / "argilla"
    settings = argilla.Settings.from_json(folder / ".argilla/settings.json")
    settings.validate()
    assert [question.name for question in settings.questions] == ["mention", "verdict", "comment"]
    labels = set(settings.questions["mention"].labels)
    required = {field.name for field in settings.fields if field.required}
    for values in json.loads((folder / "records.json").read_text()):
        record = argilla.Record.from_dict(values)
        assert required <= set(record.fields)
        (span,) = record.suggestions["mention"].value
        assert span["label"] in labels


def test_prodigy_tasks_have_the_keys_that_its_interfaces_need(written):
    number, text = {"type": "integer", "minimum": 0}, {"type": "string"}
    span = {
        "start": number,
        "end": number,
        "token_start": number,
        "token_end": number,
        "label": text,
    }
    token = {"text": text, "start": number, "end": number, "id": number, "ws": {"type": "boolean"}}
    option = {"id": text, "text": text}

    def list_of(keys):
        each = {"type": "object", "properties": keys, "required": list(keys)}
        return {"type": "array", "items": each, "minItems": 1}

    keys = {
        "text": text,
        "tokens": list_of(token),
        "spans": list_of(span),
        "options": list_of(option),
    }
    schema = {"type": "object", "properties": keys, "required": list(keys)}
    for line in (written("prodigy") / "prodigy.jsonl").read_text().splitlines():
        task = json.loads(line)
        jsonschema.validate(task, schema)
        assert [token["id"] for token in task["tokens"]] == list(range(len(task["tokens"])))
        for each in (*task["tokens"], *task["spans"]):
            assert each.get("text") in (None, task["text"][each["start"] : each["end"]])
        (marked,) = task["spans"]
        assert task["tokens"][marked["token_start"]]["start"] == marked["start"]
        assert task["tokens"][marked["token_end"]]["end"] == marked["end"]


DOCCANO_RECORD = {
    "type": "object",
    "required": ["text", "entities", "cats"],
    "properties": {
        "text": {"type": "string", "minLength": 1},
        "entities": {
            "type": "array",
            "items": {
                "type": "array",
                "prefixItems": [
                    {"type": "integer", "minimum": 0},
                    {"type": "integer", "minimum": 1},
                    {"type": "string", "minLength": 1},
                ],
                "minItems": 3,
                "maxItems": 3,
            },
        },
        "cats": {"type": "array", "items": {"type": "string", "minLength": 1}},
        # Names that doccano gives itself, to the file and to the record.
        **dict.fromkeys(("id", "data", "filename", "upload_name", "example_uuid"), False),
    },
}
"""What `SpanLabel`, `CategoryLabel` and `TextData` of doccano 1.8.4 accept."""

DOCCANO_LABELS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["text"],
        "additionalProperties": False,
        "properties": {
            "text": {"type": "string", "minLength": 1, "maxLength": 100},
            "prefix_key": {"enum": [None, "ctrl", "shift", "ctrl shift"]},
            "suffix_key": {"enum": [None, *"0123456789abcdefghijklmnopqrstuvwxyz"]},
            "background_color": {"type": "string", "maxLength": 7},
            "text_color": {"type": "string", "maxLength": 7},
        },
    },
}
"""What its `LabelSerializer` accepts; no two labels of a project have one text or one key."""


def test_doccano_takes_the_records_and_the_labels(written, items):
    folder = written("doccano")
    content = (folder / "doccano.jsonl").read_bytes()
    assert content.isascii()  # it may guess the encoding
    for line, item in zip(content.splitlines(), items.items, strict=True):
        record = json.loads(line)
        jsonschema.validate(record, DOCCANO_RECORD, cls=jsonschema.Draft202012Validator)
        ((start, end, label),) = record["entities"]
        assert (record["text"][start:end], label) == (item.mention, item.type)
        assert record["cats"] == []
    verdicts = [judgement.words for judgement in Judgement]
    for name, texts in (("span_labels", TYPES), ("categories", verdicts)):
        labels = json.loads((folder / f"doccano_{name}.json").read_text())
        jsonschema.validate(labels, DOCCANO_LABELS)
        assert [label["text"] for label in labels] == texts
        keys = [label["suffix_key"] for label in labels if label["suffix_key"]]
        assert len(keys) == len(set(keys))


def test_brat_spans_quote_their_text(written, items):
    folder = written("brat") / "brat"
    (document,) = brat_reader.read(folder, name="x", options=brat_reader.Options()).documents
    assert [m.type for m in document.mentions] == [i.type.replace(" ", "_") for i in items.items]
    found = [document.text[m.start : m.end] for m in document.mentions]
    assert found == [item.mention for item in items.items]


def test_inception_layers_are_uima_annotations(written, items):
    path = written("inception") / "inception.zip"
    options = uima_xmi.Options(layers=("custom.Judgement",), feature="label")
    (document,) = uima_xmi.read(path, name="x", options=options).documents
    found = [(document.text[m.start : m.end], m.type) for m in document.mentions]
    assert found == [(item.mention, item.type) for item in items.items]


def test_a_workbook_computes_nothing(written):
    book = load_workbook(written("xlsx") / "sheet.xlsx")
    cells = [cell for row in book.active.rows for cell in row]
    assert any(str(cell.value).startswith(("=", "+")) for cell in cells)
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    (choice,) = book.active.data_validations.dataValidation
    assert "wrong boundary" in choice.formula1


def test_a_csv_sheet_computes_nothing(written):
    import csv

    with (written("csv") / "sheet.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[4]["sentence"] == "'+«Mice» ran."
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())
