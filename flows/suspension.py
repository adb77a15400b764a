"""A run that is suspended leaves its stage and its process, until somebody resumes it."""

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


def is_suspended() -> bool:
    """Tell whether the run that a worker started in this process is suspended on the server.

    Prefect looks at this between two tasks only, which may be hours apart.
    """
    run = os.environ.get(STARTED_BY_WORKER)
    if run is None:
        return False
    with get_client(sync_client=True) as client:
        state = client.read_flow_run(UUID(run)).state
    # The other kind of pause waits in its process.
    return state is not None and state.is_paused() and bool(state.state_details.pause_reschedule)


def leave() -> NoReturn:
    """Leave a suspended run, as Prefect's own signal does; the worker starts it when it is resumed.

    A part of the run is cancelled, because the resumed run has a new one in its place.
    """
    if flow_run.id and flow_run.id != os.environ.get(STARTED_BY_WORKER):
        with get_client(sync_client=True) as client:
            state: State[Any] = Cancelled(message="The run was suspended.")
            client.set_flow_run_state(UUID(flow_run.id), state, force=True)
    raise Pause("the run was suspended")
