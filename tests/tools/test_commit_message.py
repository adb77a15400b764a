"""The form of commit messages, checked alone and by Git's hook in a repository of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools.commit_message import LONGEST, faults

ROOT = Path(__file__).parents[2]
GOOD = "Repair offsets that quote another text\n\nThe body says why.\n"


@pytest.mark.parametrize(
    "message",
    [
        GOOD,
        "x" * LONGEST,
        "ö" * LONGEST,
        f"# a comment of any length: {'x' * LONGEST}\n\n{GOOD}",
        f"fixup! {'x' * LONGEST}",
        "",
    ],
)
def test_a_good_message_has_no_faults(message: str) -> None:
    assert faults(message) == []


def test_a_long_subject_is_cut_where_it_is_too_long() -> None:
    [fault] = faults("x" * LONGEST + "yz\n")
    assert "has 74 characters, 2 more than the 72 allowed" in fault
    assert fault.endswith("x|yz")


def test_the_body_begins_after_an_empty_line() -> None:
    assert faults("Repair offsets\nbecause they are wrong\n") == [
        "The second line must be empty, but it is: because they are wrong"
    ]
    assert len(faults(f"{'x' * 73}\nbody")) == 2


@pytest.fixture
def commit(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Commits nothing but a message, in a repository with this project's hooks."""
    pytest.importorskip("pre_commit")
    shutil.copy(ROOT / ".pre-commit-config.yaml", tmp_path)
    (tmp_path / "tools").mkdir()
    for name in ("__init__.py", "commit_message.py"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    git_free = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    settings = {**git_free, "PRE_COMMIT_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}

    def run(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=tmp_path, env=settings, capture_output=True, text=True, check=False
        )

    assert run("git", "init", "-q").returncode == 0
    # Hooks need to know the configuration is part of the project.
    assert run("git", "add", ".pre-commit-config.yaml").returncode == 0
    git = ("git", "-c", "user.name=test", "-c", "user.email=test@localhost")
    assert run(*git, "commit", "-q", "-m", "Begin").returncode == 0
    assert run(sys.executable, "-m", "pre_commit", "install").returncode == 0
    return lambda message: run(*git, "commit", "--allow-empty", "-m", message)


def test_git_refuses_a_bad_message(commit) -> None:
    assert commit(GOOD).returncode == 0
    refused = commit("x" * 73)
    assert refused.returncode == 1
    assert "1 more than the 72 allowed" in refused.stderr
    assert commit("Subject\nnot empty").returncode == 1
