"""A run that is suspended or cancelled leaves its stage and its process.

A worker ends what is cancelled. But it does not hear of it any more once Prefect's server was
killed and started again, so the run asks the server itself.
"""

import os
from typing import Any, NoReturn
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.runtime import flow_run
from prefect.states import Cancelled

STARTED_BY_WORKER = "PREFECT__FLOW_RUN_ID"
"""Variable that Prefect sets for the process of a run which a worker started."""


def has_to_leave() -> bool:
    """Tell whether the run that a worker started in this process is suspended or cancelled.

    Prefect looks at this between two tasks only, which may be hours apart.
    """
    run = os.environ.get(STARTED_BY_WORKER)
    if run is None:
        return False
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(UUID(run)).state
    if state is None:
        return False
    # The other kind of pause waits in its process.
    suspended = state.is_paused() and bool(state.state_details.pause_reschedule)
    return suspended or state.is_cancelling() or state.is_cancelled()


def leave() -> NoReturn:
    """Leave a run that is suspended or cancelled, as Prefect's own signal does.

    The worker starts a suspended run again when it is resumed. A part of the run is cancelled:
    the resumed run has a new one in its place. So is a run that was to be cancelled.
    """
    worker_run = os.environ.get(STARTED_BY_WORKER)
    with get_client(sync_client=True) as client:
        if flow_run.id and flow_run.id != worker_run:
            stopped: State[Any] = Cancelled(message="The run that it is a part of was stopped.")
            client.set_flow_run_state(UUID(flow_run.id), stopped, force=True)
        if worker_run:
            state = client.read_flow_run(UUID(worker_run)).state
            if state is not None and state.is_cancelling():
                done: State[Any] = Cancelled(message="The run was cancelled.")
                client.set_flow_run_state(UUID(worker_run), done, force=True)
    raise Pause("the run was suspended or cancelled")
