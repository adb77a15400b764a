"""The workflow on GitHub runs what runs everywhere else."""

import os
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github/workflows/ci.yaml"
SCRIPT = ROOT / ".ci/run"


def test_the_workflow_runs_the_script_with_the_oldest_python() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML reads `on` as true
    (job,) = workflow["jobs"].values()
    (script,) = [step for step in job["steps"] if "run" in step]
    assert ROOT / script["run"] == SCRIPT
    assert os.access(SCRIPT, os.X_OK)
    (python,) = [step["with"] for step in job["steps"] if "setup-python" in step.get("uses", "")]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={python["python-version"]}"' in project
    assert all((ROOT / name).is_file() for name in python["cache-dependency-path"].split())


def test_the_script_knows_every_variable_that_the_workflow_sets() -> None:
    (job,) = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"].values()
    (settings,) = [step["env"] for step in job["steps"] if "env" in step]
    read = SCRIPT.read_text(encoding="utf-8")
    assert [n for n in settings if n.startswith("SRU_NER") and n not in read] == []
