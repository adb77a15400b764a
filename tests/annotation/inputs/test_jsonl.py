import json
from pathlib import Path

import pytest

from sru_ner.annotation.documents import TextDocument
from tests.annotation.inputs.reading import read, write


def test_what_json_lines_say_beside_the_text_is_kept(tmp_path: Path) -> None:
    lines = ['{"pmid": 7, "text": "IL-2", "year": 1999, "spans": []}', "", "[1]", '{"text": 3}']
    documents, incidents = read(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert documents == [TextDocument("7", "IL-2", fields={"year": 1999, "spans": []})]
    assert incidents.counts == {"lines without a text left out": 2}
    assert incidents.first["lines without a text left out"].startswith(f"{tmp_path}/a.jsonl:3: ")


@pytest.mark.parametrize("indent", [None, 1])
def test_an_array_is_a_document_for_each_element(tmp_path: Path, indent: int | None) -> None:
    values = [{"id": "x", "text": "IL-2", "year": 1999}, "mice", 3, {"title": "none"}]
    path = write(tmp_path / "a.json", json.dumps(values, indent=indent))
    documents, incidents = read(path)
    assert documents == [
        TextDocument("x", "IL-2", fields={"year": 1999}),
        TextDocument("a-000002", "mice"),
    ]
    assert incidents.counts == {"elements without a text left out": 2}
    assert incidents.first["elements without a text left out"] == (
        f"{path}, element 3: neither a JSON object nor a text but a whole number"
    )


def test_an_object_on_several_lines_is_a_document(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json", json.dumps({"text": "IL-2"}, indent=2))
    assert read(path)[0] == [TextDocument("a-000001", "IL-2")]


def test_a_broken_array_is_reported_line_by_line(tmp_path: Path) -> None:
    documents, incidents = read(write(tmp_path / "a.jsonl", '["IL-2",\n{"text": "mice"}\n'))
    assert [document.text for document in documents] == ["mice"]
    assert incidents.counts == {"lines without a text left out": 1}
