"""A bare `dvc repro` with names in the settings that a shell would run: nothing runs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sru_ner.project.suite_folder import link_stages

pytestmark = pytest.mark.pipeline

ROOT = Path(__file__).parents[1]
WHATS = ("suite", "corpus", "experiment", "predictions")
# In place of the command: it notes its last argument, and makes what the stage has to make.
STUB = """#!{python}
import json, os, pathlib, sys
with open({given!r}, "a") as given:
    given.write(sys.argv[-1] + "\\n")
for out in json.load(open({outs!r}))[os.environ["DVC_STAGE"].rpartition(":")[2]]:
    pathlib.Path(out).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(out).touch()
"""


def hostile(what: str) -> str:
    # Longer names make DVC write a dvc.lock that it cannot read.
    return f"{what}$(touch mark_{what})"


def with_hostile_names(values: dict) -> dict:
    """Settings with a hostile name wherever they have a name of that kind."""
    if "suite" in values:
        values["suite"] = hostile("suite")
    if "corpora" in values:
        values["corpora"] = [hostile("corpus")]
    if "experiments" in values:
        values["experiments"] = {hostile("experiment"): {"sources": [hostile("corpus")]}}
        values["assess"]["experiment"] = hostile("experiment")
        values["evaluate"]["predictions"] = {hostile("predictions"): {"folder": "predicted"}}
    return values


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project's stages and settings, with hostile names."""
    root = tmp_path / "project"
    root.mkdir()
    data, suite = ("data/dvc.yaml", "data/params.yaml"), "suites/demo/params.yaml"
    for name in (".dvcignore", "dvc.yaml", "params.yaml", *data, suite, "suites/stages.yaml"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    link_stages(root, "demo")
    for path in root.glob("**/params.yaml"):
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(yaml.safe_dump(with_hostile_names(values)), encoding="utf-8")
    return root


def dvc(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join([str(project.parent / "bin"), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "-m", "dvc", *arguments],
        cwd=project,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


def prepare(project: Path) -> list[str]:
    """Make the command, and what no stage makes; return the names of the stages."""
    from dvc.repo import Repo

    with Repo(str(project)) as repo:
        stages = list(repo.index.stages)
        outs = {stage.name: [Path(out.fs_path) for out in stage.outs] for stage in stages}
        needed = {Path(dep.fs_path) for stage in stages for dep in stage.deps}
    made = {out for each in outs.values() for out in each}
    for path in sorted(needed - made, reverse=True):  # files before the folders that they are in
        related = any(out.is_relative_to(path) or path.is_relative_to(out) for out in made)
        if not related and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    files = {
        name: [
            str(file)
            for out in each
            for file in [path for path in needed if out in path.parents] or [out]
        ]
        for name, each in outs.items()
    }
    (project.parent / "outs.json").write_text(json.dumps(files), encoding="utf-8")
    folder = project.parent / "bin"
    folder.mkdir()
    places = {name: str(project.parent / name) for name in ("outs.json", "given")}
    text = STUB.format(python=sys.executable, outs=places["outs.json"], given=places["given"])
    (folder / "sru-ner").write_text(text, encoding="utf-8")
    (folder / "sru-ner").chmod(0o755)
    return list(outs)


@pytest.mark.fault(
    "shell commands in the names of a suite, corpus, experiment or other tool, and `dvc repro`",
    before="`x$(touch P)` as a corpus ran in the shell",
    now="nothing runs: each stage gets the whole name as one argument",
)
def test_no_name_runs_in_the_shell(project: Path) -> None:
    assert dvc(project, "init", "-q", "--no-scm").returncode == 0
    stages = prepare(project)
    done = dvc(project, "repro", "--all-pipelines")
    assert list(project.parent.rglob("mark_*")) == []
    assert done.returncode == 0, done.stderr
    given = (project.parent / "given").read_text(encoding="utf-8").splitlines()
    assert len(given) == len(stages) - 1  # the one in the project's folder only says something
    assert {hostile(what) for what in WHATS if what != "suite"} <= set(given)
    assert any(hostile("suite") in path.name for path in project.rglob("*"))
