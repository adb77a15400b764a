"""A run ends with the worker that started it, and only then."""

import os
import signal
import subprocess
import sys

import httpx
import psutil
import pytest

from flows import orphans
from flows.stages import ROOT
from flows.suspension import STARTED_BY_WORKER

RUN = (
    "import time; from flows.orphans import watch_worker; watch_worker();"
    " print('on', flush=True); time.sleep(60)"
)
WORKER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {RUN!r}])"


@pytest.mark.parametrize("by_worker", [True, False])
def test_a_run_ends_when_its_worker_is_killed(by_worker: bool) -> None:
    environment = {k: v for k, v in os.environ.items() if k != STARTED_BY_WORKER}
    if by_worker:
        environment[STARTED_BY_WORKER] = "0"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"on\n"
    (run,) = psutil.Process(worker.pid).children()
    worker.kill()
    worker.wait()
    worker.stdout.close()
    try:
        ended = psutil.wait_procs([run], timeout=10 if by_worker else 4)[0]
        assert bool(ended) == by_worker
    finally:
        if run.is_running():
            os.kill(run.pid, signal.SIGKILL)


@pytest.mark.fault(
    "a run of Prefect is suspended while a stage runs",
    before="its training went on, and the resumed run failed because of it",
    now="the stage ends, and the resumed run goes on from there",
)
def test_stages_end_once_when_the_run_is_to_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([httpx.ConnectError("away"), False, True, True])
    looks = iter(range(12))
    ended: list[int] = []

    def answer() -> bool:
        given = next(answers)
        if isinstance(given, Exception):
            raise given
        return given

    monkeypatch.setattr(orphans, "has_to_leave", answer)
    monkeypatch.setattr(orphans, "end_stages", lambda: ended.append(1))
    monkeypatch.setattr(orphans.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(orphans, "_LOOKS", 2)
    monkeypatch.setattr(orphans.os, "getppid", lambda: 1 if next(looks, None) is not None else 2)
    monkeypatch.setattr(orphans.os, "kill", lambda process, number: ended.append(number))
    orphans._watch(1)
    assert ended == [1, signal.SIGTERM]
    assert next(answers)  # not asked again once it leaves
