"""Splitters are processes, here of a script with made-up ones."""

import json
import sys
from pathlib import Path

import pytest

from bench import sentences
from bench.sentence_gold import GoldText
from bench.sentence_peer import SIDES
from sru_ner.errors import SruNerError

SCRIPT = """
import json, sys
side, work = sys.argv[1:]
texts = json.load(open(work))
if side == "nupunkt":
    sys.exit("no nupunkt here")
places = {"ours": [0, 10], "punkt": [0, 3]}.get(side, [0])
print("a library greets")
print(json.dumps({"seconds": 0.001 if side == "ours" else 0.004, "starts": [places] * len(texts)}))
"""
TEXTS = [GoldText("Rats sat. Dogs ate.", frozenset({10}))]


@pytest.fixture
def rows(tmp_path, monkeypatch):
    """A function that measures with the script, and returns the rows by name."""
    script = tmp_path / "sentence_peer.py"
    script.write_text(SCRIPT)
    monkeypatch.setattr(sentences, "_SCRIPT", script)
    monkeypatch.setattr(sentences, "marked_texts", lambda half: TEXTS)
    monkeypatch.setattr(sentences, "genia_texts", lambda split, raw: TEXTS * 2)
    monkeypatch.setattr(sentences, "peer_python", lambda folder, requirements: Path(sys.executable))
    return lambda: {row.name: row for row in sentences.measure(tmp_path, tmp_path / "table.md")}


def test_f1_is_compared_with_the_best_of_the_others(rows, tmp_path):
    found = rows()
    boundaries = [row for name, row in found.items() if name.startswith("boundaries")]
    assert len(boundaries) == 5
    assert all((row.value, row.holds) == (100, True) for row in boundaries)
    assert "sentencex 0.00" in boundaries[0].detail
    speed = found["splitting into sentences, against Bling Fire"]
    assert speed.value == pytest.approx(4)
    assert found["sentences, against nupunkt"].detail == "nupunkt: no nupunkt here"
    table = (tmp_path / "table.md").read_text(encoding="utf-8")
    assert "| SRU-NER | 100.00 | 100.00 | 100.00 |" in table
    assert "nupunkt" not in table


def test_without_genia_and_without_peers_the_rest_is_said(rows, monkeypatch, tmp_path):
    def fails(*_):
        raise SruNerError("not here")

    monkeypatch.setattr(sentences, "genia_texts", fails)
    monkeypatch.setattr(sentences, "peer_python", fails)
    found = rows()
    assert [(row.value, row.detail) for row in found.values()] == [(None, "not here")] * 2
    assert not (tmp_path / "table.md").exists()


def test_every_peer_has_a_side_and_a_version():
    assert {"ours", *sentences._PEERS} == set(SIDES)
    names = sentences.REQUIREMENTS.read_text(encoding="utf-8").splitlines()
    pinned = [name for name in names if not name.startswith("#")]
    assert len(pinned) == len(sentences._PEERS)
    assert all("==" in name for name in pinned)


def test_our_side_is_the_splitter_of_the_package():
    assert SIDES["ours"]()("Rats sat. Dogs ate.") == [0, 10]
    assert json.dumps(SIDES["ours"]()("")) == "[]"
