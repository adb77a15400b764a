"""A run that a worker started ends when the worker is gone."""

import os
import signal
import threading
import time

_STARTED_BY_WORKER = "PREFECT__FLOW_RUN_ID"
"""Variable that Prefect sets for the process of a run which a worker started."""
_INTERVAL = 2.0  # seconds


def end_with_worker() -> None:
    """End this process soon after the worker that started it, as if the worker had stopped it.

    A worker that is killed cannot end its runs. Nobody would know of them, and the next worker
    would start another. A process that no worker started is left alone.
    """
    if _STARTED_BY_WORKER in os.environ:
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(worker: int) -> None:
    while os.getppid() == worker:
        time.sleep(_INTERVAL)
    os.kill(os.getpid(), signal.SIGTERM)
