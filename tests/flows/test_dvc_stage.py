import os
import subprocess
import sys
import time
from asyncio import CancelledError
from collections import deque
from pathlib import Path

import psutil
import pytest
from prefect import unmapped
from prefect.exceptions import CancelledRun, Pause
from prefect.logging import disable_run_logger

from flows import dvc_stage
from flows.dvc_stage import (
    StageFailedError,
    end_stages,
    explain,
    run_stage,
    run_stages,
    stage_environment,
    stream,
)
from flows.stages import ROOT

STAGES = """
stages:
  good:
    cmd: printf 'one\\ntwo\\n' > out; echo working
    deps: [in]
    outs: [out]
  bad:
    cmd: echo the reason; exit 3
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A repository with two stages, as the root of the flows."""
    root = tmp_path_factory.mktemp("project")
    (root / "dvc.yaml").write_text(STAGES)
    (root / "in").write_text("in")
    dvc = [sys.executable, "-m", "dvc"]
    subprocess.run([*dvc, "init", "-q", "--no-scm"], cwd=root, check=True)
    subprocess.run([*dvc, "config", "core.analytics", "false"], cwd=root, check=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dvc_stage, "ROOT", root)
        yield root


def outcome_of(stage: str) -> str:
    with disable_run_logger():
        return run_stage.fn(stage)["outcome"]


def test_outcome_is_what_dvc_did(project):
    assert outcome_of("good") == "ran"
    assert outcome_of("good") == "unchanged"
    (project / "out").unlink()
    (project / "dvc.lock").unlink()
    assert outcome_of("good") == "restored"
    assert (project / "out").read_text() == "one\ntwo\n"


def test_failure_shows_the_output_and_the_remedy(project):
    with disable_run_logger(), pytest.raises(StageFailedError) as caught:
        run_stage.fn("bad")
    assert "stage bad failed" in str(caught.value)
    assert "the reason" in str(caught.value)
    assert "run it again: `dvc repro bad`" in str(caught.value)


def test_lines_come_while_the_command_runs(project):
    script = "import time; print('first', flush=True); time.sleep(30)"
    lines = stream([sys.executable, "-c", script], deque(), os.environ)
    assert next(lines) == "first"
    (child,) = [p for p in psutil.Process().children() if script in p.cmdline()]
    lines.close()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE


@pytest.mark.fault(
    "a flow of Prefect is killed with SIGKILL while a stage runs",
    before="its training went on, and nobody knew of it",
    now="the stage ends, with all that it started",
)
def test_a_killed_flow_leaves_no_stage_behind():
    sleeping = "[sys.executable, '-c', 'import time; time.sleep(60)']"
    stage = f"import subprocess, sys; subprocess.run({sleeping})"
    flow = (
        "import os, sys; from collections import deque; from flows.dvc_stage import stream\n"
        f"print(*stream([sys.executable, '-c', {stage!r}], deque(), os.environ))"
    )
    running = subprocess.Popen([sys.executable, "-c", flow], cwd=ROOT)
    try:
        process = psutil.Process(running.pid)
        while len(family := process.children(recursive=True)) < 3:  # guard, stage, what it started
            assert running.poll() is None
            time.sleep(0.05)
    finally:
        running.kill()
        running.wait()
    assert psutil.wait_procs(family, timeout=20)[1] == []


def test_a_command_has_its_status_and_no_input(project):
    tail = deque()
    with pytest.raises(StageFailedError, match="status 7"):
        list(stream([sys.executable, "-c", "import sys; sys.exit(7)"], tail, os.environ))
    script = "import sys; print('input:', repr(sys.stdin.read()))"
    assert list(stream([sys.executable, "-c", script], tail, os.environ)) == ["input: ''"]


@pytest.mark.fault(
    "a run of Prefect is cancelled while a stage runs",
    before="the task of the stage had failed, with a traceback",
    now="the task is cancelled like its run",
)
@pytest.mark.parametrize("number", ["TERM", "INT"])
def test_a_stage_that_is_ended_is_cancelled(project, monkeypatch, number):
    # A process in the background of a shell ignores SIGINT.
    own = f"signal.signal(signal.SIG{number}, signal.SIG_DFL)"
    end = f"import os, signal; {own}; os.kill(os.getpid(), signal.SIG{number})"
    ended = [sys.executable, "-c", end]
    monkeypatch.setattr(dvc_stage, "stage_command", lambda stage: ended)
    with disable_run_logger():
        state = run_stage.fn("good")
    assert state.is_cancelled()
    assert "was ended by a signal" in state.message


@pytest.mark.fault(
    "another DVC holds the lock of the project",
    before="a message with the remedy",
    now="a message with the remedy",
)
def test_busy_stage_has_another_remedy():
    line = "ERROR: '/project/out' is busy, it is being blocked by:"
    assert "remove .dvc/tmp/rwlock" in explain("train@x", 255, [line])
    assert "rwlock" not in explain("train@x", 255, ["ERROR: something else"])


def test_commands_of_this_python_come_first():
    first = stage_environment()["PATH"].split(os.pathsep)[0]
    assert Path(first) == Path(sys.executable).parent


def test_quiet_settings_give_way_to_the_user(monkeypatch):
    monkeypatch.setenv("TRANSFORMERS_VERBOSITY", "info")
    assert stage_environment()["TRANSFORMERS_VERBOSITY"] == "info"
    assert stage_environment()["PYTHONUNBUFFERED"] == "1"


def test_stages_at_the_same_time_share_the_processors(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert "OMP_NUM_THREADS" not in stage_environment()
    assert stage_environment(others=1)["OMP_NUM_THREADS"] == "4"
    assert stage_environment(others=20)["OMP_NUM_THREADS"] == "1"


@pytest.mark.fault(
    "a flow of Prefect is stopped while stages run",
    before="its stages went on",
    now="its stages, and what they started, end as well",
)
def test_stopped_flow_ends_its_stages_and_what_they_started():
    grandchild = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    stage = subprocess.Popen([sys.executable, "-c", grandchild, "dvc"], stdin=subprocess.PIPE)
    other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        while not (family := psutil.Process(stage.pid).children(recursive=True)):
            assert stage.poll() is None
        end_stages()
        assert stage.wait(timeout=10) != 0
        assert psutil.wait_procs(family, timeout=10)[1] == []
        assert other.poll() is None
    finally:
        stage.kill()
        other.kill()
        stage.wait()
        other.wait()


class Recorder:
    """A task that is mapped in place of the real one, and keeps its groups of stages."""

    def __init__(self, failing: str = "") -> None:
        self.groups: list[list[str]] = []
        self.failing = failing

    def map(self, stages: list[str], others: unmapped) -> "Futures":
        self.groups.append(stages)
        assert others.value == len(stages) - 1
        return Futures(Future(stage, failed=stage in self.failing) for stage in stages)


class Future:
    def __init__(self, stage: str, *, failed: bool) -> None:
        self.stage, self.failed = stage, failed

    def result(self) -> dict:
        if self.failed:
            raise StageFailedError(f"{self.stage} failed")
        return {"stage": self.stage, "outcome": "ran"}


class Futures(list):
    def wait(self) -> None:
        pass


def test_stages_run_in_groups():
    recorder = Recorder()
    results = run_stages("abcde", concurrency=2, by=recorder)
    assert recorder.groups == [["a", "b"], ["c", "d"], ["e"]]
    assert [result["stage"] for result in results] == [*"abcde"]


@pytest.mark.fault(
    "one experiment of a suite fails",
    before="the experiments after it did not run",
    now="the others run, and the message tells of every failure",
)
def test_a_failed_stage_stops_no_independent_one():
    recorder = Recorder(failing="ad")
    with pytest.raises(StageFailedError) as caught:
        run_stages("abcde", concurrency=2, by=recorder)
    assert recorder.groups == [["a", "b"], ["c", "d"], ["e"]]
    assert str(caught.value) == "a failed\nd failed"


def test_a_cancelled_stage_stops_what_follows(monkeypatch):
    def cancelled(self: Future) -> None:
        raise CancelledRun("stage a was ended by a signal")

    monkeypatch.setattr(Future, "result", cancelled)
    with pytest.raises(StageFailedError, match="stage a was ended"):
        run_stages("a", concurrency=1, by=Recorder())


def test_a_suspended_run_leaves_and_does_not_fail(monkeypatch):
    def cancelled(self: Future) -> None:
        raise CancelledRun

    monkeypatch.setattr(Future, "result", cancelled)
    monkeypatch.setattr(dvc_stage, "has_to_leave", lambda: True)
    recorder = Recorder()
    with pytest.raises(Pause):
        run_stages("ab", concurrency=1, by=recorder)
    assert recorder.groups == [["a"]]


def interrupted() -> None:
    # Raised, not signalled: a shell's background jobs ignore SIGINT.
    raise KeyboardInterrupt


def test_interrupted_group_ends_its_stages(monkeypatch):
    ended = []
    monkeypatch.setattr(dvc_stage, "end_stages", lambda: ended.append(True))
    monkeypatch.setattr(Futures, "wait", lambda self: interrupted())
    recorder = Recorder()
    with pytest.raises(KeyboardInterrupt):
        run_stages("ab", concurrency=1, by=recorder)
    assert ended == [True]
    assert recorder.groups == [["a"]]


def test_a_run_that_is_cancelled_within_a_group_leaves(monkeypatch):
    def cancelled(self: Futures) -> None:
        raise CancelledError

    left = []
    monkeypatch.setattr(dvc_stage, "end_stages", lambda: None)
    monkeypatch.setattr(dvc_stage, "leave", lambda: left.append(True))
    monkeypatch.setattr(Futures, "wait", cancelled)
    for stays in (True, False):
        monkeypatch.setattr(dvc_stage, "has_to_leave", lambda stays=stays: not stays)
        with pytest.raises(CancelledError):
            run_stages("ab", concurrency=2, by=Recorder())
    assert left == [True]


def test_no_stage_at_a_time_is_refused():
    with pytest.raises(ValueError, match="concurrency must be 1 or more"):
        run_stages("ab", concurrency=0, by=Recorder())
