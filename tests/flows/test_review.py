"""The review flow waits in a real Prefect server until somebody decides."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from prefect import task
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from flows import review as module
from sru_ner.registry.records import VersionRecord

pytestmark = pytest.mark.pipeline


@pytest.fixture(scope="module")
def server():
    with prefect_test_harness(server_startup_timeout=300):
        yield


@pytest.fixture
def decided(monkeypatch) -> list:
    """What the flow carries out; the review itself is tested in tests/review."""
    done = []

    @task
    def write_review(name: str, version: str, against: str) -> str:
        return f"# {name} {version}\n\nHeld to {against}."

    @task
    def carry_out(name: str, version: str, verdict: module.Verdict) -> str:
        done.append((name, version, verdict.decision, verdict.by, verdict.because))
        return "done"

    monkeypatch.setattr(module, "open_client", lambda root: None)
    monkeypatch.setattr(module, "find_record", lambda *_: VersionRecord("m", "7"))
    monkeypatch.setattr(module, "write_review", write_review)
    monkeypatch.setattr(module, "carry_out", carry_out)
    monkeypatch.setattr(module, "POLL_SECONDS", 1)
    return done


def paused_run(client):
    while True:
        found = [run for run in client.read_flow_runs() if run.state and run.state.is_paused()]
        if found:
            return found[0]
        time.sleep(0.2)


def test_the_run_waits_for_a_verdict_and_carries_it_out(server, decided):
    with ThreadPoolExecutor() as pool, get_client(sync_client=True) as client:
        run = pool.submit(module.review, "m")
        waiting = paused_run(client)
        assert decided == []
        [artifact] = client.read_artifacts()
        assert (artifact.key, artifact.data) == ("review-m-7", "# m 7\n\nHeld to champion.")
        refused = client.resume_flow_run(waiting.id, run_input={"decision": "maybe", "by": "Ada"})
        assert refused.status.value == "REJECT"
        refused = client.resume_flow_run(waiting.id, run_input={"decision": "reject", "by": ""})
        assert refused.status.value == "REJECT"
        verdict = {"decision": "reject", "by": "Ada", "because": "slow"}
        client.resume_flow_run(waiting.id, run_input=verdict)
        assert run.result(timeout=120) == "done"
    assert decided == [("m", "7", "reject", "Ada", "slow")]
