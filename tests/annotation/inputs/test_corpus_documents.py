import json
from pathlib import Path

import pytest

from sru_ner.annotation.documents import Passage, TextDocument
from tests.annotation.inputs.reading import read, write

PUBTATOR = "7|t|IL-2 in mice\n7|a|It binds.\n7\t0\t4\tIL-2\tGene\nstray line\n\n8|t|Mice\n8|a|\n"


BIOC = (
    "<collection><document><id>7</id><passage><offset>0</offset><text>IL-2 in mice</text></passage>"
    "<passage><offset>13</offset><text>It binds.</text></passage></document>"
    "<document><id>8</id></document></collection>"
)


XML = (
    '<collection><document><id>7</id><infon key="journal">Gut</infon><infon key="year">1999</infon>'
    '<passage><infon key="type">front</infon><offset>0</offset><text></text></passage>'
    '<passage><infon key="type">heading</infon><offset>0</offset><text>IL-2</text></passage>'
    "<passage><offset>5</offset><text>Mice.</text></passage>"
    '<passage><infon key="type">ref</infon><offset>3</offset><text>Rats.</text></passage>'
    "</document></collection>"
)


JSON = {
    "id": "7",
    "infons": {"journal": "Gut", "year": "1999"},
    "passages": [
        {"offset": 0, "infons": {"type": "front"}},
        {"offset": 0, "infons": {"type": "heading"}, "text": "IL-2"},
        {"offset": 5, "infons": {"type": 3}, "text": "Mice."},
        {"offset": 3, "infons": {"type": "ref"}, "text": "Rats."},
    ],
}


def test_pubtator_and_bioc_give_passages_and_no_mentions(tmp_path: Path) -> None:
    passages = (Passage(0, "title"), Passage(13, "abstract"))
    wanted = TextDocument("7", "IL-2 in mice It binds.", passages)
    documents, incidents = read(write(tmp_path / "a.pubtator", PUBTATOR))
    assert documents == [wanted, TextDocument("8", "Mice")]
    assert incidents.counts == {"lines that are malformed, left out": 1}
    documents, incidents = read(write(tmp_path / "a.xml.gz", BIOC))
    assert documents == [wanted]
    assert incidents.counts == {"documents that are malformed, left out": 1}
    record = {"id": "7", "passages": [{"offset": 0, "text": "IL-2"}]}
    documents, _ = read(write(tmp_path / "a.json", json.dumps({"documents": [record]})))
    assert documents == [TextDocument("7", "IL-2")]


@pytest.mark.parametrize("name", ["a.xml", "a.json"])
def test_bioc_keeps_infons_and_types_of_passages_and_notes_those_it_moves(
    tmp_path: Path, name: str
) -> None:
    path = write(tmp_path / name, XML if name == "a.xml" else json.dumps({"documents": [JSON]}))
    [document], incidents = read(path)
    passages = (Passage(0, "heading"), Passage(5, "abstract"), Passage(11, "ref"))
    fields = {"journal": "Gut", "year": "1999"}
    assert document == TextDocument("7", "IL-2 Mice. Rats.", passages, fields)
    assert incidents.first == {
        "passages put behind the text before them, not where their offset says": (
            f"{path}:1: offset 3 is not behind the text before it"
        )
    }
