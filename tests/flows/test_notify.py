"""People are told of runs that fail, and a service that is away disturbs no run."""

import http.server
import json
import threading
from collections.abc import Iterator
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.states import Crashed, Failed

from flows.notify import NOTIFY, notify
from flows.pipeline import pipeline
from flows.refresh import refresh


@pytest.fixture
def received() -> Iterator[tuple[str, list[dict]]]:
    """A service that takes messages as JSON: its address, and what it received."""
    messages: list[dict] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            messages.append(json.loads(self.rfile.read(length)))
            self.send_response(500 if self.path.startswith("/broken") else 200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Be quiet."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"json://127.0.0.1:{server.server_port}", messages
        server.shutdown()


def run(name: str) -> FlowRun:
    return FlowRun(flow_id=uuid4(), name=name)


def test_a_failed_run_is_told_of(received, monkeypatch: pytest.MonkeyPatch) -> None:
    address, messages = received
    monkeypatch.setenv(NOTIFY, f"{address}/one {address}/two")
    notify(pipeline, run("pipeline · demo"), Failed(message="stage train@x failed" + "x" * 5000))
    assert [each["title"] for each in messages] == ["pipeline · demo: Failed"] * 2
    assert messages[0]["message"].startswith("stage train@x failed")
    assert len(messages[0]["message"]) <= 2000


@pytest.mark.parametrize("place", ["broken", "unknown"])
def test_a_service_that_fails_is_a_warning_without_its_key(
    received, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, place: str
) -> None:
    address = f"{received[0]}/broken/secret" if place == "broken" else "nothing://secret"
    monkeypatch.setenv(NOTIFY, address)
    with caplog.at_level("WARNING", logger="flows.notify"):
        notify(pipeline, run("pipeline · demo"), Crashed())
    (warning,) = [r for r in caplog.records if r.name == "flows.notify"]
    assert "pipeline · demo could not be sent" in warning.getMessage()
    assert "secret" not in warning.getMessage()


def test_nobody_is_told_unasked(received, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NOTIFY, raising=False)
    notify(pipeline, run("pipeline · demo"), Failed())
    assert received[1] == []


@pytest.mark.parametrize("flow", [pipeline, refresh])
def test_runs_that_nobody_watches_have_the_hook(flow) -> None:
    assert flow.on_failure_hooks == flow.on_crashed_hooks == [notify]
