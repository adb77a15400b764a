import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from bench.timing import environment, in_fresh_process

KILLED = """
import sys
from pathlib import Path
from bench.timing import in_fresh_process
from test_timing import stay
in_fresh_process(stay, Path(sys.argv[1]))
"""


def stay(mark: Path) -> None:
    """Write the id of this process into a file, then wait."""
    mark.with_suffix(".new").write_text(str(os.getpid()))
    mark.with_suffix(".new").rename(mark)
    time.sleep(60)


def running(process: int) -> bool:
    """Whether a process runs; one that has ended and is not yet waited for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text(encoding="ascii")
    except FileNotFoundError:
        return False


def within(seconds: float, what) -> bool:
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.05)
    return what()


def test_a_fresh_process_is_another_one():
    assert in_fresh_process(os.getpid) != os.getpid()


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are measured on Linux only")
def test_what_is_measured_ends_with_a_benchmark_that_is_killed(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    settings = environment()
    here = os.pathsep.join([settings["PYTHONPATH"], str(Path(__file__).parent)])
    command = [sys.executable, "-c", KILLED, str(mark)]
    benchmark = subprocess.Popen(command, env={**settings, "PYTHONPATH": here})
    try:
        assert within(60, mark.exists)
        measured = int(mark.read_text())
        assert running(measured)
    finally:
        benchmark.kill()
        benchmark.wait()
    ended = within(10, lambda: not running(measured))
    with suppress(ProcessLookupError):
        os.kill(measured, signal.SIGKILL)
    assert ended
