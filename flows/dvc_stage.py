"""DVC stages as Prefect tasks; DVC decides whether a stage has anything to do."""

import os
import signal
import subprocess
import sys
from asyncio import CancelledError
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import TypedDict

import psutil
from prefect import Task, task, unmapped
from prefect.cache_policies import NO_CACHE
from prefect.exceptions import CancelledRun
from prefect.logging import get_run_logger
from prefect.runtime import task_run
from prefect.states import Cancelled

from flows.stages import ROOT, short_name
from flows.suspension import has_to_leave, leave

_OUTCOMES = {
    "didn't change, skipping": "unchanged",
    "is cached - skipping run": "restored",
    "Running stage": "ran",
}
"""Texts that DVC prints about a stage, with the outcome that each means."""

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
"""Beginnings of DVC's hints for the command line, which would only repeat themselves in a log."""

_GUARD = Path(__file__).with_name("guard.py")

_ENDED = {128 + number for number in (signal.SIGINT, signal.SIGTERM)}
"""Statuses of a command that a signal has ended."""

_TAIL = 15
"""Number of last lines that the message of a failed stage quotes."""


class StageResult(TypedDict):
    """The outcome of a stage."""

    stage: str
    outcome: str
    """`ran`, `restored` (from DVC's run cache) or `unchanged`."""


class StageFailedError(RuntimeError):
    """Raised for a stage or command that failed; the message has the end of its output."""


class StageEndedError(StageFailedError):
    """Raised for a stage that was ended from outside, such as by a run that is cancelled."""


def _run_name() -> str:
    return short_name(task_run.parameters["stage"])


@task(task_run_name=_run_name, cache_policy=NO_CACHE, result_serializer="json")
def run_stage(stage: str, others: int = 0) -> StageResult:
    """Bring one stage up to date and log its output line by line.

    The stages that it depends on are not run: they have tasks of their own. others: number of
    other stages that run at the same time, on the same processors. Raises `StageFailedError`.
    The task is cancelled if the stage is ended from outside.
    """
    logger = get_run_logger()
    tail: deque[str] = deque(maxlen=_TAIL)
    outcome = "unchanged"
    try:
        for line in stream(stage_command(stage), tail, stage_environment(others)):
            outcome = next((found for mark, found in _OUTCOMES.items() if mark in line), outcome)
            if not line.strip().startswith(_HINTS):
                logger.info(line)
    except StageEndedError as error:
        # Prefect takes a state that is returned for that of the task.
        return Cancelled(message=str(error))  # type: ignore[return-value]
    return StageResult(stage=stage, outcome=outcome)


def stage_command(stage: str) -> list[str]:
    """Return the command line that brings one stage up to date while others may run."""
    # --wait-for-lock: other stages hold DVC's lock for a moment when they begin and end.
    return [sys.executable, "-m", "dvc", "--wait-for-lock", "repro", "--single-item", stage]


def stage_environment(others: int = 0) -> dict[str, str]:
    """Return the environment variables of a stage.

    `sru-ner` of this Python comes first on the path, and output is not buffered. If other stages
    run at the same time, the stage gets its share of the processors only. others: their number.
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
    if others:
        quiet["OMP_NUM_THREADS"] = str(max(1, (os.cpu_count() or 1) // (others + 1)))
    return {**quiet, **os.environ, "PATH": path}


def stream(
    command: Sequence[str], tail: deque[str], environment: Mapping[str, str]
) -> Iterator[str]:
    """Run a command in the project's root and yield its non-empty lines as they come.

    The lines are also appended to `tail`. Raises `StageFailedError` if the command fails, and
    `StageEndedError` if a signal ends it. The command and all that it started end if the caller
    stops reading, or if this process ends in any way.
    """
    process = subprocess.Popen(
        [sys.executable, str(_GUARD), *command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
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
    if status in _ENDED:
        raise StageEndedError(
            f"stage {command[-1]} was ended by a signal\n  → run it again: it goes on from there"
        )
    if status != 0:
        raise StageFailedError(explain(command[-1], status, tail))


def explain(stage: str, status: int, tail: Iterable[str]) -> str:
    """Write the message of a failed stage: the end of its output, and what to do."""
    lines = [f"stage {stage} failed with status {status}:", *(f"  {line}" for line in tail)]
    if any("is busy, it is being blocked by" in line for line in lines):
        lines.append(
            "  → another DVC runs this stage, or a killed one left its lock: if no DVC is running,"
            " remove .dvc/tmp/rwlock and start again"
        )
    else:
        lines.append(f"  → repair the cause, then run it again: `dvc repro {stage}`")
    return "\n".join(lines)


def run_stages(
    stages: Iterable[str], *, concurrency: int, by: Task[[str, int], StageResult] = run_stage
) -> list[StageResult]:
    """Run stages that do not depend on each other as mapped tasks, `concurrency` at a time.

    After a failure the other stages still run, because they do not need the failed one. A signal
    ends them all, and so does suspending the run. Raises `StageFailedError` that tells of every
    failure, and `ValueError` for a concurrency below 1.
    """
    if concurrency < 1:
        raise ValueError(f"concurrency must be 1 or more, but it is {concurrency}")
    remaining = iter(stages)
    results: list[StageResult] = []
    failures: list[str] = []
    while group := list(islice(remaining, concurrency)):
        futures = by.map(group, others=unmapped(len(group) - 1))
        try:
            futures.wait()
        except BaseException as error:
            # A stopped flow waits for its tasks, which would wait for hours of training.
            end_stages()
            # Prefect may tell of a stage that ended because the run is to leave in this way, too.
            if isinstance(error, CancelledError) and has_to_leave():
                leave()
            raise
        for future in futures:
            try:
                results.append(future.result())
            except StageFailedError as error:
                failures.append(str(error))
            except CancelledRun as error:
                if has_to_leave():
                    leave()
                failures.append(str(error))
    if failures:
        raise StageFailedError("\n".join(failures))
    return results


def end_stages() -> None:
    """End the stages that this process runs, with all processes that they started."""
    for child in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):  # it may have ended meanwhile
            if "dvc" in child.cmdline():
                for process in (child, *child.children(recursive=True)):
                    process.terminate()
