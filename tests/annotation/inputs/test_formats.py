from pathlib import Path

import pytest

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.formats import find_input, guess_input, refuse_other_formats
from sru_ner.annotation.inputs.source import Source
from sru_ner.errors import InputError, UnknownNameError
from tests.annotation.inputs.reading import write


def test_json_that_is_a_record_a_line_is_told_from_bioc(tmp_path: Path) -> None:
    assert guess_input(Source(write(tmp_path / "a.json", '{"text": "x"}\n'), "a")) == "jsonl"
    bioc = write(tmp_path / "b.json", '{"documents": []}')
    assert guess_input(Source(bioc, "b")) == "bioc-json"
    collection = write(tmp_path / "c.json", '[{"id": "1",\n "passages": []}]')
    assert guess_input(Source(collection, "c")) == "bioc-json"
    for content in ('[{"text": "x"}]', '["x", "y"]', '{\n "text": "passages"}'):
        array = write(tmp_path / "d.json", content)
        assert guess_input(Source(array, "d")) == "jsonl"
    for name in ("jsonl", "bioc-json"):
        assert ".json" in find_input(name).suffixes


def test_unknown_formats_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="there is no input format 'bioc'"):
        find_input("bioc")
    with pytest.raises(InputError, match="the name does not tell the format"):
        guess_input(Source(tmp_path / "a.md", "a.md"))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ('[{"text": "x"}]', "JSON"),
        ('["x"]', "JSON"),
        ("{", "JSON"),
        ('\ufeff{"text": "x"}', "JSON"),
        ('<?xml version="1.0"?>', "XML"),
        ("<PubmedArticleSet>", "XML"),
        ("[Aspirin] lowers {it} <5 %.", None),
        ("", None),
    ],
)
def test_a_pipe_with_markup_is_not_taken_for_text(line: str, kind: str | None) -> None:
    documents = [TextDocument("1", line), TextDocument("2", "{")]
    source = Source(None, "stdin")
    if kind is None:
        assert list(refuse_other_formats(documents, source)) == documents
        return
    with pytest.raises(InputError, match=f"standard input:1: the first line is {kind}.*\n.*--for"):
        list(refuse_other_formats(documents, source))
