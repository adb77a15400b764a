"""The sides of the comparison are processes, here of a script that answers at once."""

import sys
from pathlib import Path

import pytest

from bench import peers
from bench.material import Material
from bench.report import Row, as_markdown, not_measured
from sru_ner.errors import SruNerError

SCRIPT = """
import json, sys
name, work = sys.argv[1:]
parts = json.load(open(work))["parts"]
if name == "flair":
    sys.exit("no flair here")
print("a library greets")
print("ready", flush=True)
per_sentence = {"ours": 0.001, "encoder": 0.0009, "gliner": 0.004, "spacy": 0.0005}[name]
for line in sys.stdin:
    seconds = per_sentence * len(parts[int(line)])
    print(json.dumps({"seconds": seconds, "mentions": 1}), flush=True)
"""


@pytest.fixture
def material(harmonized: Path) -> Material:
    return Material(harmonized, ("chemicals", "diseases"))


@pytest.fixture
def rows(material, tiny_model, tmp_path, monkeypatch):
    """A function that measures with the sides of the script, and returns the rows by name."""
    script = tmp_path / "peer.py"
    script.write_text(SCRIPT)
    monkeypatch.setattr(peers, "_SCRIPT", script)
    monkeypatch.setattr(peers, "locate_encoder", lambda name: name)

    def measured() -> dict[str, Row]:
        found = peers.measure(material, tiny_model, tmp_path, abstracts=7, parts=3, peer_parts=2)
        return {row.name: row for row in found}

    return measured


def test_ratios_are_of_what_the_sides_took(rows, monkeypatch) -> None:
    monkeypatch.setattr(peers, "peer_python", lambda folder: Path(sys.executable))
    found = rows()
    alone = found["annotation of 7 abstracts, from strings to spans"]
    assert alone.value == pytest.approx(0.9)
    assert alone.holds
    by_peer = {name: row for name, row in found.items() if name.startswith("annotation, against")}
    spacy, flair, gliner = by_peer.values()
    assert (spacy.value, spacy.required) == (pytest.approx(0.5), None)
    assert (gliner.value, gliner.required, gliner.holds) == (pytest.approx(4), "≥ 1", True)
    assert flair.value is None
    assert flair.detail == "flair: no flair here"


def test_without_the_peers_the_rest_is_measured(rows, monkeypatch) -> None:
    def fails(folder: Path) -> Path:
        raise SruNerError("the peers cannot be installed: no index")

    monkeypatch.setattr(peers, "peer_python", fails)
    found = rows()
    missing = [row for row in found.values() if row.value is None]
    assert {row.detail for row in missing} == {"the peers cannot be installed: no index"}
    assert len(missing) == 3
    assert len(found) == 4


def test_an_environment_that_cannot_be_made_says_why(tmp_path, monkeypatch) -> None:
    requirements = tmp_path / "peers.txt"
    requirements.write_text("./nowhere/package\n")
    monkeypatch.setattr(peers, "REQUIREMENTS", requirements)
    monkeypatch.setattr(peers.venv, "create", lambda folder, **_: _stand_in(folder))
    with pytest.raises(SruNerError, match=r"cannot be installed: .*nowhere"):
        peers.peer_python(tmp_path / "environment")
    assert not (tmp_path / "environment/installed.txt").exists()


def test_an_environment_is_made_once(tmp_path, monkeypatch) -> None:
    requirements = tmp_path / "peers.txt"
    requirements.write_text("# nothing\n")
    monkeypatch.setattr(peers, "REQUIREMENTS", requirements)
    made = []
    monkeypatch.setattr(peers.venv, "create", lambda folder, **_: made.append(_stand_in(folder)))
    folder = tmp_path / "environment"
    assert peers.peer_python(folder) == peers.peer_python(folder) == folder / "bin/python"
    assert len(made) == 1
    requirements.write_text("# something else\n")
    peers.peer_python(folder)
    assert len(made) == 2


def _stand_in(folder: Path) -> None:
    """Put this Python in the place of a new environment's, which takes seconds to make."""
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    # A link would leave the environment of this Python, and Debian's own takes no packages.
    (folder / "bin/python").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "bin/python").chmod(0o755)


def test_few_abstracts_are_repeated_and_mixed(material) -> None:
    texts = material.abstracts(40)
    assert len(texts) == 40
    assert len(set(texts)) < 40
    assert set(texts[: len(set(texts))]) == set(texts)


def test_what_was_not_measured_is_said_in_the_report() -> None:
    machine = {
        "device": "cpu",
        "threads": 2,
        "memory_gib": 8,
        "packages": {"torch": "2"},
    }
    row = not_measured("against flair", "no\n index")
    assert row.margin is None
    assert "| against flair | not measured | – | – |  | no index |" in as_markdown(
        [row], machine, []
    )
