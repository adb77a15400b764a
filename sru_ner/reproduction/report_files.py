"""The tables of a suite's reports: as they were committed, and as a clone has made them."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sru_ner.errors import InputError
from sru_ner.files import read_json
from sru_ner.layout import SuiteLayout
from sru_ner.reproduction.figures import Comparison, compare, read_figures
from sru_ner.reproduction.workplace import git

_STAGES = {"evaluation": "report", "assessment": "assess", "judgements": "judgements"}
"""Part of a suite's reports → the stage that makes it. Trainings and leakage come before."""
_MACHINE = "machine.json"


def committed(project: Path, commit: str, suite: str) -> dict[str, str]:
    """Return the text of each table of a suite's reports at a commit, by its path below them.

    Tables are the JSON and CSV files. Pages and Markdown files say the same. Raises `InputError` if
    there is none.
    """
    folder = _folder(suite)
    listed = git(project, "ls-tree", "-r", "--name-only", commit, f"{folder}/").splitlines()
    names = [name for name in listed if name.endswith((".json", ".csv"))]
    if not names:
        raise InputError(
            "no report is committed here",
            path=folder,
            remedy=f"run the suite and commit it: `python -m flows.pipeline --suite {suite}`",
        )
    return {
        str(Path(name).relative_to(folder)): git(project, "show", f"{commit}:{name}")
        for name in names
    }


def targets(suite: str, files: Iterable[str]) -> list[str]:
    """Return DVC's names of the stages that make the given files of a suite's reports."""
    parts = {name.partition("/")[0] for name in files}
    stages = [stage for part, stage in _STAGES.items() if part in parts]
    return [f"{SuiteLayout(suite).dvc_file}:{stage}" for stage in stages or ["report"]]


def comparisons(before: Mapping[str, str], work: Path, suite: str) -> list[Comparison]:
    """Compare the committed tables with those that a clone has made, file by file."""
    folder = work / _folder(suite)
    found = []
    for name, text in before.items():
        if not name.endswith(_MACHINE):
            path = folder / name
            now = read_figures(name, path.read_text(encoding="utf-8")) if path.is_file() else {}
            found.append(compare(name, read_figures(name, text), now))
    return found


def matrix(text: str) -> dict[tuple[str, str], float | None]:
    """Return the micro F1 (0–1) of each model on each tested corpus, from `matrix.json`."""
    content = json.loads(text)
    return {
        (cell["model"], cell["tested"]): cell[content["shown"]]["micro"]["f1"]
        for cell in content["cells"]
        if cell["comparable"]
    }


def recorded_machine(before: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the machine that a committed report says it was made on, if it does."""
    texts = (text for name, text in before.items() if name.endswith(_MACHINE))
    return next(map(json.loads, texts), None)


def machine_of(work: Path, suite: str) -> dict[str, Any]:
    """Return the machine on which a clone has trained the suite's models."""
    models = SuiteLayout(suite, work).model("x").parent
    path = next(iter(sorted(models.glob("*/training.json"))))
    return dict(read_json(path, remedy="")["environment"])


def _folder(suite: str) -> Path:
    return SuiteLayout(suite).evaluation_report.parent
