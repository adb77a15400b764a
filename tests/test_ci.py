"""The workflow on GitHub runs what runs everywhere else."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
WORKFLOW = ROOT / ".github/workflows/ci.yaml"
SCRIPT = ROOT / ".ci/run"


def test_the_workflow_runs_the_script_with_every_python() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert set(workflow[True]) == {"push", "pull_request"}  # YAML reads `on` as true
    job = workflow["jobs"]["run"]
    (script,) = [step for step in job["steps"] if "run" in step]
    assert ROOT / script["run"] == SCRIPT
    assert os.access(SCRIPT, os.X_OK)
    (python,) = [step["with"] for step in job["steps"] if "setup-python" in step.get("uses", "")]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    versions = job["strategy"]["matrix"]["python"]
    assert python["python-version"] == "${{ matrix.python }}"
    assert f'requires-python = ">={versions[0]}"' in project
    assert re.findall(r'"Programming Language :: Python :: (3\.\d+)"', project) == versions
    assert all((ROOT / name).is_file() for name in python["cache-dependency-path"].split())


def test_the_workflow_tests_the_lowest_versions() -> None:
    job = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["lowest"]
    (command,) = [step["run"] for step in job["steps"] if "run" in step]
    shown = subprocess.run(
        [*command.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert "-c constraints-lowest.txt" in shown
    tested = re.findall(r"tests/\w+", shown)
    assert tested
    assert all((ROOT / folder).is_dir() for folder in tested)
    (python,) = [step["with"] for step in job["steps"] if "setup-python" in step.get("uses", "")]
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'requires-python = ">={python["python-version"]}"' in project


def test_the_script_knows_every_variable_that_the_workflow_sets() -> None:
    job = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["run"]
    (settings,) = [step["env"] for step in job["steps"] if "env" in step]
    read = SCRIPT.read_text(encoding="utf-8")
    assert [n for n in settings if n.startswith("SRU_NER") and n not in read] == []


def test_the_demo_runs_without_a_network_where_the_system_allows_it() -> None:
    script = SCRIPT.with_name("without_network")
    assert f'"demo" {script.relative_to(ROOT)} make demo' in SCRIPT.read_text(encoding="utf-8")
    # Loopback works, and no other machine can be reached.
    program = """
import socket
with socket.create_server(("127.0.0.1", 0)) as here:
    socket.create_connection(here.getsockname(), 5).close()
try:
    socket.create_connection(("192.0.2.1", 9), 5)
except OSError as error:
    print(error.strerror)
"""
    done = subprocess.run(
        [script, sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    if "allows no network namespace" not in done.stderr:
        assert done.stdout.strip() == "Network is unreachable"


def test_what_follows_without_network_keeps_its_status() -> None:
    script = SCRIPT.with_name("without_network")
    done = subprocess.run([script, "sh", "-c", 'exit "$1"', "-", "7"], check=False)
    assert done.returncode == 7
