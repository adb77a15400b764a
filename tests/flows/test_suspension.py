"""A run asks the server whether it is suspended or cancelled, and leaves as it should."""

from contextlib import nullcontext
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import Cancelled, Cancelling, Running, Suspended

from flows import suspension
from flows.suspension import STARTED_BY_WORKER, has_to_leave, leave

RUN, PART = uuid4(), uuid4()


class Server:
    """States of runs, as a client of Prefect's server reads and sets them."""

    def __init__(self, state: State) -> None:
        self.states = {RUN: state}

    def read_flow_run(self, run: UUID) -> SimpleNamespace:
        return SimpleNamespace(state=self.states[run])

    def set_flow_run_state(self, run: UUID, state: State, *, force: bool) -> None:
        assert force  # the server keeps a run from ending while it is being cancelled
        self.states[run] = state


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    made = Server(Running())
    monkeypatch.setenv(STARTED_BY_WORKER, str(RUN))
    monkeypatch.setattr(suspension, "get_client", lambda sync_client: nullcontext(made))
    monkeypatch.setattr(suspension, "flow_run", SimpleNamespace(id=str(PART)))
    return made


@pytest.mark.parametrize(
    ("state", "leaves"),
    [
        (Running(), False),
        (Suspended(timeout_seconds=60), True),
        (Cancelling(), True),
        (Cancelled(), True),
    ],
)
def test_the_server_says_whether_to_leave(server: Server, state: State, leaves: bool) -> None:
    server.states[RUN] = state
    assert has_to_leave() == leaves


def test_nobody_but_a_worker_has_runs_that_leave(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.states[RUN] = Cancelling()
    monkeypatch.delenv(STARTED_BY_WORKER)
    assert not has_to_leave()


@pytest.mark.fault(
    "a run is cancelled after Prefect's server was killed and started again",
    before="the worker did not hear of it: the run stayed `Cancelling`, and its training went on",
    now="the run asks the server itself, ends its stage and is cancelled",
)
def test_a_run_that_is_to_be_cancelled_is(server: Server) -> None:
    server.states[RUN] = Cancelling()
    with pytest.raises(Pause):
        leave()
    assert [server.states[run].name for run in (RUN, PART)] == ["Cancelled", "Cancelled"]


def test_a_suspended_run_stays_so(server: Server) -> None:
    server.states[RUN] = Suspended(timeout_seconds=60)
    with pytest.raises(Pause):
        leave()
    assert server.states[RUN].name == "Suspended"
    assert server.states[PART].name == "Cancelled"
