import sys
from pathlib import Path

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES, find_input, guess_input
from sru_ner.annotation.inputs.source import Columns, find_sources
from sru_ner.corpora.incidents import Incidents
from tests.annotation.inputs.reading import read, write


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_line_of_text_is_a_document(tmp_path: Path, name: str) -> None:
    documents, _ = read(write(tmp_path / name, "\ufeffIL-2\u2028here\r\n\nmice"))
    assert [(d.id, d.text) for d in documents] == [
        ("a-000001", "IL-2\u2028here"),
        ("a-000002", ""),
        ("a-000003", "mice"),
    ]


def test_standard_input_is_text_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [source] = find_sources(["-"], SUFFIXES)
    assert guess_input(source) == "text"
    with write(tmp_path / "a.txt", "IL-2\n").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        [document] = find_input("text").read(source, Columns(), Incidents().add)
    assert document.id == "stdin-000001"
