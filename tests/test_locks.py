import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sru_ner import locks
from sru_ner.errors import InputError
from sru_ner.files import write_text
from sru_ner.locks import LOCK, WORK, hold

HOLDER = """
import sys, time
from pathlib import Path
from sru_ner.locks import hold
with hold(Path(sys.argv[1]), "train", doing="is training x"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """A process that holds the lock `train` of the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def test_the_second_process_is_told_of_the_first(holder, tmp_path: Path) -> None:
    before = time.monotonic()
    with (
        pytest.raises(InputError, match=f"process, number {holder.pid}, is training x") as caught,
        hold(tmp_path, "train", doing="is training x"),
    ):
        pass
    assert caught.value.remedy == "wait for it, or end it"
    assert time.monotonic() - before < 5
    with hold(tmp_path, "other", doing="is doing something else"):
        pass


@pytest.mark.fault(
    "SIGKILL while a process holds the lock of a training",
    before="there was no lock",
    now="the system opens the lock, and the next process takes it",
)
def test_a_killed_process_holds_nothing(holder, tmp_path: Path) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with hold(tmp_path, "train", doing="is training x"):
        assert (tmp_path / WORK / "train" / LOCK).read_text() == str(os.getpid())
    assert not (tmp_path / WORK).exists()


def test_what_tidies_up_leaves_a_lock_that_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with hold(Path(), "train", doing="is training x"):
        write_text(tmp_path / "a.txt", "")  # removes what others left at the same place
        with (
            pytest.raises(InputError, match="is training x"),
            hold(Path(), "train", doing="is training x"),
        ):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_without_locks_only_what_requires_one_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locks.fcntl, "flock", refused)
    with hold(tmp_path, "train", doing="is training x"):
        (tmp_path / "done").touch()
    assert (tmp_path / "done").exists()
    with (
        pytest.raises(InputError, match=r"cannot be locked \(No locks available\)"),
        hold(tmp_path, "train", doing="is training x", required=True),
    ):
        pass
