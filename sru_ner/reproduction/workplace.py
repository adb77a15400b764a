"""A clone of a project at one commit, in which a suite runs from the beginning."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sru_ner.errors import InputError
from sru_ner.files import read_yaml, write_text
from sru_ner.layout import RAW, SUITES, SuiteLayout

_STDERR = 2  # number of the file
_REMEDY = "run this in the folder of a project that is a git repository, with the report committed"


def git(folder: Path, *arguments: str) -> str:
    """Return what git prints. Raises `InputError` with its message if it fails."""
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise InputError("git is not installed", remedy="install it") from None
    if done.returncode:
        raise InputError(
            f"git {arguments[0]} failed: {done.stderr.strip()}",
            path=folder,
            remedy=_REMEDY,
        )
    return done.stdout.strip()


def find_commit(project: Path, name: str) -> str:
    """Return the full hash of a commit of a project.

    Raises `InputError` for a folder that is no repository's, for a commit that is not there, and
    for one from before suites had folders.
    """
    if Path(git(project, "rev-parse", "--show-toplevel")) != project.resolve():
        raise InputError("this is not the folder of a git repository", path=project, remedy=_REMEDY)
    commit = git(project, "rev-parse", "--verify", "--end-of-options", f"{name}^{{commit}}")
    if not git(project, "ls-tree", "--name-only", commit, f"{SUITES}/"):
        raise InputError(
            f"at commit {commit[:9]} the project has no folder {SUITES}",
            path=project,
            remedy="name a later commit",
        )
    return commit


def clone(project: Path, work: Path, commit: str) -> None:
    """Clone a project into a folder at a commit, unless it is there.

    The clone has a DVC cache of its own, so that nothing is restored from elsewhere. Raises
    `InputError` for a folder that holds something else.
    """
    if work.exists() and any(work.iterdir()):
        if not (work / ".git").exists() or git(work, "rev-parse", "HEAD") != commit:
            raise InputError(
                f"this holds something else than the project at commit {commit[:9]}",
                path=work,
                remedy="remove it, or name another folder with --work",
            )
        return
    git(project, "clone", "--quiet", "--shared", "--no-checkout", str(project), str(work))
    git(work, "checkout", "--quiet", "--detach", commit)
    write_text(work / ".dvc/config.local", "[cache]\n    dir = cache\n")


def prepare(project: Path, work: Path, suite: str, variables: Mapping[str, str]) -> None:
    """Make the suite's folder in a clone, and bring what it reads and git does not have.

    That is what the project has of the suite's parameters, of corpus files, of other tools' files
    and of verdicts. Raises `InputError` if there is no such suite.
    """
    params = SuiteLayout(suite, work).params
    _bring(project, work, SuiteLayout(suite).params)
    if not params.is_file() and not (work / f"conf/suite/{suite}.yaml").is_file():
        raise InputError(
            f"there is no suite {suite}", path=work / "conf/suite", remedy="name another report"
        )
    make = f"from flows.suites import use_suite; use_suite({suite!r})"
    run(work, ["-c", make], variables)
    corpora = read_yaml(params, remedy="remove the folder of the clone")["corpora"]
    for place in (SuiteLayout(suite).verdicts, Path("predictions"), *(RAW / c for c in corpora)):
        _bring(project, work, place)


def _bring(project: Path, work: Path, place: Path) -> None:
    origin, target = project / place, work / place
    if origin.is_dir():
        shutil.copytree(origin, target, dirs_exist_ok=True)
    elif origin.is_file() and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, target)


def environment(work: Path, threads: int | None) -> dict[str, str]:
    """Return the environment variables of what runs in a clone.

    The clone's own code is imported, and what it logs to MLflow stays in it. threads: number of
    threads that compute; None leaves it as it is.
    """
    changed = {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(work),
        "PYTHONUNBUFFERED": "1",
        "MLFLOW_TRACKING_URI": f"sqlite:///{work / 'mlflow.db'}",
    }
    if threads is not None:
        changed["OMP_NUM_THREADS"] = str(threads)
    return {**os.environ, **changed}


def run(work: Path, arguments: Sequence[str], variables: Mapping[str, str]) -> None:
    """Run Python in a clone; what it prints goes to the standard error.

    It ends, with all that it started, if this process ends in any way. Raises `InputError` if it
    fails.
    """
    guarded = [sys.executable, str(work / "flows/guard.py"), sys.executable, *arguments]
    process = subprocess.Popen(
        guarded, cwd=work, env=dict(variables), stdin=subprocess.PIPE, stdout=_STDERR
    )
    try:
        status = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if status:
        raise InputError(
            f"`python {' '.join(arguments)}` failed with status {status}",
            path=work,
            remedy="the messages above say why; the same command goes on from there",
        )
