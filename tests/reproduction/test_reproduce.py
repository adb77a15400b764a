"""A committed report is made again in a clone, whatever else is in the project."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.errors import InputError
from sru_ner.reproduction import workplace

ROOT = Path(__file__).parents[2]
MAKE = """
import json, os, pathlib
report = pathlib.Path("reports/small/evaluation")
report.mkdir(parents=True, exist_ok=True)
ratio = float(pathlib.Path("data/raw/mine/texts").read_text())
cell = {"model": "m", "tested": "mine", "comparable": True, "own": {"micro": {"f1": ratio}}}
(report / "matrix.json").write_text(json.dumps({"shown": "own", "cells": [cell]}))
model = pathlib.Path("models/small/m")
model.mkdir(parents=True, exist_ok=True)
facts = {"device": "cpu", "threads": os.environ.get("OMP_NUM_THREADS"), "packages": {}}
(model / "training.json").write_text(json.dumps({"environment": facts}))
"""
STAGES = f"""
stages:
  report:
    wdir: ../..
    cmd: {sys.executable} make.py
    deps: [make.py, data/raw/mine]
    metrics:
      - reports/small/evaluation/matrix.json: {{cache: false}}
    outs: [models/small/m]
"""
MATRIX = "reports/small/evaluation/matrix.json"


def run(project: Path, *command: str) -> None:
    subprocess.run(command, cwd=project, check=True, stdout=subprocess.DEVNULL)


def commit(project: Path) -> None:
    git = ["git", "-c", "user.name=test", "-c", "user.email=test@localhost"]
    run(project, "git", "add", "-A")
    run(project, *git, "commit", "-q", "-m", "a report")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A repository whose suite `small` makes a matrix from a corpus that git does not have.

    At its first commit the report is what the code makes. Then a machine was added, and another
    figure was committed.
    """
    root = tmp_path_factory.mktemp("reproduced") / "project"
    files = {
        "make.py": MAKE,
        "suites/small/dvc.yaml": STAGES,
        "suites/small/params.yaml": "suite: small\ncorpora: [mine]\n",
        "flows/suites.py": "def use_suite(name): pass\n",
        "data/raw/mine/texts": "0.5",
        ".dvc/config": "",
        ".dvc/.gitignore": "/config.local\n/tmp\n/cache\n",
        ".gitignore": "/data/\n/models/\n/build/\n",
        "params.yaml": "suite: small\n",
    }
    for name, text in files.items():
        write(root / name, text)
    shutil.copy(ROOT / "flows/guard.py", root / "flows")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.delenv("OMP_NUM_THREADS", raising=False)
        run(root, "git", "init", "-q")
        run(root, "git", "config", "core.hooksPath", "/dev/null")
        run(root, sys.executable, "make.py")
        commit(root)
        machine = {"device": "another", "threads": 3, "packages": {"torch": "1"}}
        write(root / "reports/small/training/m/machine.json", json.dumps(machine))
        write(root / MATRIX, (root / MATRIX).read_text().replace("0.5", "0.25"))
        commit(root)
        yield root


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def reproduce(*arguments: str) -> tuple[int, str]:
    """Run the command; return its status and output."""
    result = CliRunner().invoke(app, ["reproduce", *arguments])
    if isinstance(result.exception, Exception):
        raise result.exception
    return result.exit_code, result.stdout


def test_a_figure_that_differs_is_shown(project: Path) -> None:
    (project / MATRIX).write_text("what is not committed does not count")
    status, printed = reproduce("small", "--work", "../work", "--keep")
    assert status == 1
    assert "1 of 5 figures differ." in printed  # the machine is no figure
    assert "Committed: another, threads: 3, torch 1\n" in printed
    assert "Now:       cpu, threads: 3," in printed  # as many as the report was made with
    (matrix,) = [line.split() for line in printed.splitlines() if " mine " in line]
    assert [cell for cell in matrix if cell != "│"] == ["m", "mine", "25.0", "50.0", "25.0"]
    assert (project / MATRIX).read_text().startswith("what is not")
    # Nothing is left to do in the folder that was kept.
    assert reproduce("small", "--work", "../work") == (status, printed)
    assert not (project.parent / "work").exists()


def test_an_equal_report_of_an_earlier_commit_is_equal(project: Path) -> None:
    status, printed = reproduce("reports/small/", "--commit", "HEAD~1")
    assert "All 5 figures are equal." in printed
    assert "the report does not say on which machine it was made" in printed
    assert status == 0
    assert not (project / "build/reproduced/small").exists()


def test_what_is_not_committed_is_named(project: Path) -> None:
    with pytest.raises(InputError, match="no report is committed here"):
        reproduce("other")
    with pytest.raises(InputError, match="git rev-parse failed"):
        reproduce("small", "--commit", "nothing")
    write(project / "build/full/mine", "")
    with pytest.raises(InputError, match="holds something else than the project"):
        reproduce("small", "--work", "build/full")
    assert (project / "build/full/mine").exists()


def test_a_command_that_fails_says_how_to_go_on(project: Path) -> None:
    with pytest.raises(InputError, match=r"(?s)failed with status 3.*goes on from there"):
        workplace.run(project, ["-c", "raise SystemExit(3)"], os.environ)
