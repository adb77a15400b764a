"""A run that a worker started ends with the worker, and its stages when the run is to leave."""

import logging
import os
import signal
import threading
import time

from httpx import HTTPError

from flows.dvc_stage import end_stages
from flows.suspension import STARTED_BY_WORKER, has_to_leave

_INTERVAL = 2.0  # seconds
_LOOKS = 5  # intervals between two questions to the server

log = logging.getLogger(__name__)


def watch_worker() -> None:
    """End this process soon after the worker that started it, as if the worker had stopped it.

    A worker that is killed cannot end its runs. Nobody would know of them, and the next worker
    would start another. The stages end soon after the run is suspended or cancelled. A process that
    no worker started is left alone.
    """
    if STARTED_BY_WORKER in os.environ:
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()


def _watch(worker: int) -> None:
    leaving, looks = False, 0
    while os.getppid() == worker:
        time.sleep(_INTERVAL)
        looks += 1
        if not leaving and looks % _LOOKS == 0 and (leaving := _ask()):
            log.warning("The run was suspended or cancelled: its stages end.")
            end_stages()
    os.kill(os.getpid(), signal.SIGTERM)


def _ask() -> bool:
    try:
        return has_to_leave()
    except HTTPError:  # the server is away: the stage goes on
        return False
