from pathlib import Path

import pytest

from sru_ner.annotation.inputs.formats import find_input, guess_input
from sru_ner.annotation.inputs.source import Source
from sru_ner.errors import InputError, UnknownNameError
from tests.annotation.inputs.reading import write


def test_json_that_is_a_record_a_line_is_told_from_bioc(tmp_path: Path) -> None:
    assert guess_input(Source(write(tmp_path / "a.json", '{"text": "x"}\n'), "a")) == "jsonl"
    bioc = write(tmp_path / "b.json", '{"documents": []}')
    assert guess_input(Source(bioc, "b")) == "bioc-json"
    for name in ("jsonl", "bioc-json"):
        assert ".json" in find_input(name).suffixes


def test_unknown_formats_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="there is no input format 'bioc'"):
        find_input("bioc")
    with pytest.raises(InputError, match="the name does not tell the format"):
        guess_input(Source(tmp_path / "a.md", "a.md"))
