"""One DVC stage as one Prefect task: DVC decides whether there is anything to do."""

import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypedDict

import psutil
from prefect import Task, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.logging import get_run_logger

ROOT = Path(__file__).resolve().parent.parent
"""The project's root, where dvc.yaml is."""

_OUTCOMES = {
    "didn't change, skipping": "unchanged",
    "is cached - skipping run": "restored",
    "Running stage": "ran",
}
"""What DVC prints, and what it means for the stage."""

_HINTS = (
    "> sru-ner",
    "Generating lock file",
    "Updating lock file",
    "Data and pipelines are up to date",
    "Use `dvc push`",
    "To track the changes with git",
    "git add ",
    "To enable auto staging",
    "dvc config core.autostage",
)
"""Lines of DVC that help at a prompt and only repeat themselves in a log."""

_TAIL = 15


class StageResult(TypedDict):
    """What became of a stage."""

    stage: str
    outcome: str
    """`ran`, `restored` from DVC's run cache, or `unchanged`."""


class StageFailedError(RuntimeError):
    """A stage that did not end well; the message has the end of its output."""


@task(task_run_name="{stage}", cache_policy=NO_CACHE, result_serializer="json")
def run_stage(stage: str, beside: int = 0) -> StageResult:
    """Bring one stage up to date, its output line by line in the log.

    Only the stage itself: what it depends on has its own tasks. beside: how many others run at
    the same time and want processors too. Raises `StageFailedError`.
    """
    logger = get_run_logger()
    tail: deque[str] = deque(maxlen=_TAIL)
    outcome = "unchanged"
    for line in stream(stage_command(stage), tail, stage_environment(beside)):
        outcome = next((found for mark, found in _OUTCOMES.items() if mark in line), outcome)
        if not line.strip().startswith(_HINTS):
            logger.info(line)
    return StageResult(stage=stage, outcome=outcome)


def stage_command(stage: str) -> list[str]:
    """The command line that brings one stage up to date beside others."""
    # --wait-for-lock: other stages may hold DVC's lock for a moment when they begin and end.
    return [sys.executable, "-m", "dvc", "--wait-for-lock", "repro", "--single-item", stage]


def up_to_date() -> bool:
    """Whether no stage has anything to do: what a flow would find out in many tasks."""
    command = [sys.executable, "-m", "dvc", "status", "--quiet"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def stage_environment(beside: int = 0) -> dict[str, str]:
    """The environment of a stage: `sru-ner` of this Python on the path, output unbuffered.

    With others beside it, the stage computes with its share of the processors only.
    """
    quiet = {
        "PYTHONUNBUFFERED": "1",
        # A progress bar that is not on a terminal prints a line per update.
        "TQDM_MININTERVAL": "10",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        "TRANSFORMERS_VERBOSITY": "error",
        "COLUMNS": "100",
    }
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    if beside:
        quiet["OMP_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // (beside + 1)))
    return {**quiet, **os.environ, "PATH": path}


def stream(
    command: Sequence[str], tail: deque[str], environment: Mapping[str, str]
) -> Iterator[str]:
    """Run a command in the project's root and yield its non-empty lines as they come.

    `tail` receives the last ones. Raises `StageFailedError` when it fails; ends the command when
    the reader stops early.
    """
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    try:
        for line in process.stdout or ():
            if line.strip():
                tail.append(line.rstrip())
                yield line.rstrip()
        status = process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
    if status != 0:
        raise StageFailedError(explain(command[-1], status, tail))


def explain(stage: str, status: int, tail: Iterable[str]) -> str:
    """Message of a failed stage: the end of its output, and what to do."""
    lines = [f"stage {stage} failed with status {status}:", *(f"  {line}" for line in tail)]
    if any("is busy, it is being blocked by" in line for line in lines):
        lines.append(
            "  → the stage runs already, or a killed DVC left its lock: when no DVC is running,"
            " remove .dvc/tmp/rwlock and start again"
        )
    else:
        lines.append(f"  → `dvc repro {stage}` runs it again")
    return "\n".join(lines)


def run_stages(
    stages: Iterable[str], *, concurrency: int, by: Task[[str, int], StageResult] = run_stage
) -> list[StageResult]:
    """Run stages that do not depend on each other as mapped tasks, `concurrency` at a time.

    The others of a group end before a failure is raised. A signal ends them all.
    """
    if concurrency < 1:
        raise ValueError(f"at least one stage has to run at a time, not {concurrency}")
    remaining = iter(stages)
    results: list[StageResult] = []
    while group := list(islice(remaining, concurrency)):
        futures = by.map(group, beside=unmapped(len(group) - 1))
        try:
            futures.wait()
        except BaseException:
            # A flow that is stopped waits for its tasks, and they for a training of hours.
            end_stages()
            raise
        results += futures.result()
    return results


def end_stages() -> None:
    """End the stages that this process runs, with all that they started."""
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it may end by itself meanwhile
            if "dvc" in child.cmdline():
                for process in (child, *child.children(recursive=True)):
                    process.terminate()
