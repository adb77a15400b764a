"""A run ends with the worker that started it, and only then."""

import os
import signal
import subprocess
import sys

import psutil
import pytest

from flows.stages import ROOT

RUN = (
    "import time; from flows.orphans import end_with_worker; end_with_worker();"
    " print('on', flush=True); time.sleep(60)"
)
WORKER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {RUN!r}])"


@pytest.mark.parametrize("by_worker", [True, False])
def test_a_run_ends_when_its_worker_is_killed(by_worker: bool) -> None:
    environment = {k: v for k, v in os.environ.items() if k != "PREFECT__FLOW_RUN_ID"}
    if by_worker:
        environment["PREFECT__FLOW_RUN_ID"] = "0"
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
