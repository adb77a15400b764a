"""Sides that answer in turns, environments of other tools, and texts for them."""

import os
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bench import sides
from bench.material import Material
from bench.report import as_markdown, not_measured
from bench.sides import Side
from sru_ner.errors import SruNerError

GREETER = """
import json, sys
print("a library greets")
print("ready", flush=True)
for line in sys.stdin:
    if line == "7\\n":
        sys.exit("no part 7 here")
    print(json.dumps({"seconds": int(line) / 10}), flush=True)
"""


@pytest.fixture
def material(harmonized: Path) -> Material:
    return Material(harmonized, ("chemicals", "diseases"))


def side(tmp_path: Path, program: str) -> Side:
    return Side([sys.executable, "-c", program], tmp_path / "tool.log", dict(os.environ))


def test_a_side_answers_for_each_part_and_says_why_it_ended(tmp_path: Path) -> None:
    with side(tmp_path, GREETER) as started:
        assert [started.read(part)["seconds"] for part in (3, 0, 3)] == [0.3, 0, 0.3]
        with pytest.raises(SruNerError, match="tool: no part 7 here"):
            started.read(7)


def test_a_side_that_does_not_start_says_why(tmp_path: Path) -> None:
    with pytest.raises(SruNerError, match="tool: no tool here"):
        side(tmp_path, "import sys; sys.exit('no tool here')")


def test_an_environment_that_cannot_be_made_says_why(tmp_path, monkeypatch) -> None:
    requirements = tmp_path / "peers.txt"
    requirements.write_text("./nowhere/package\n")
    monkeypatch.setattr(sides.venv, "create", lambda folder, **_: _stand_in(folder))
    with pytest.raises(SruNerError, match=r"cannot be installed: .*nowhere"):
        sides.peer_python(tmp_path / "environment", requirements)
    assert not (tmp_path / "environment/installed.txt").exists()


def test_an_environment_is_made_once(tmp_path, monkeypatch) -> None:
    requirements = tmp_path / "peers.txt"
    requirements.write_text("# nothing\n")
    made = []
    monkeypatch.setattr(sides.venv, "create", lambda folder, **_: made.append(_stand_in(folder)))
    folder = tmp_path / "environment"
    assert {sides.peer_python(folder, requirements) for _ in "ab"} == {folder / "bin/python"}
    assert len(made) == 1
    requirements.write_text("# something else\n")
    sides.peer_python(folder, requirements)
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
    assert "| against flair | not measured | – | – | no index |" in as_markdown([row], machine, [])
    row = replace(row, commit="1234567")
    assert "| against flair | not measured | – | – | 1234567 | no index |" in as_markdown(
        [row], machine, []
    )
