import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import plan_shards
from sru_ner.annotation.processes import in_processes, in_this_process
from sru_ner.files import files_below


@pytest.mark.pipeline
def test_processes_write_what_one_does(texts: Path, job: Job, tmp_path: Path) -> None:
    (texts / "t9.txt").write_bytes(b"na\xefve")
    shards = plan_shards(find_sources([str(texts)], SUFFIXES), job)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        (folder / "_shards").mkdir(parents=True)
    expected = {shard.name: found for shard, found in in_this_process(shards, job, ours)}
    found = {s.name: f for s, f in in_processes(shards, job, theirs, processes=2)}
    assert "not UTF-8" in str(expected.pop("t9"))
    assert "not UTF-8" in str(found.pop("t9"))
    assert found == expected
    assert {p.name for p in theirs.iterdir()} == {"_shards", *(f"t{n}.jsonl" for n in range(5))}
    for path in ours.glob("*.jsonl"):
        assert (theirs / path.name).read_bytes() == path.read_bytes()


CALL = """
from sru_ner.cli.main import main
if __name__ == "__main__":
    main()
"""


@pytest.mark.pipeline
@pytest.mark.fault(
    "Ctrl-C while several processes annotate",
    before="a traceback of each process",
    now="one line; all processes end and leave nothing half written",
)
@pytest.mark.parametrize("begun", [True, False], ids=["writing", "starting"])
def test_ctrl_c_ends_all_processes(tiny_model: Path, tmp_path: Path, begun: bool) -> None:
    sentence = "aspirin treats headache in mice .\n"
    texts = [f"{name}.txt" for name in "abcdefg"]  # more than the pool hands out at first
    for name in texts:
        (tmp_path / name).write_text(sentence * 30_000, encoding="utf-8")
    (tmp_path / "call.py").write_text(CALL, encoding="utf-8")
    command = [sys.executable, "call.py", "annotate", *texts, "--model", str(tiny_model)]
    with subprocess.Popen(
        [*command, "-o", "out", "--to", "jsonl", "--processes", "2"], cwd=tmp_path,
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509
    ) as process:  # fmt: skip
        while not (_writes(tmp_path) if begun else _starts(process.pid)):
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to all processes
        _, printed = process.communicate(timeout=60)
    assert process.returncode == 130, printed
    assert printed.endswith("sru-ner: ended by SIGINT\n")
    assert "Traceback" not in printed
    assert not list(tmp_path.rglob("*.jsonl"))


def _writes(folder: Path) -> bool:
    """Whether a process has begun to write its output."""
    return any(
        path.suffix == ".jsonl" and path.parent.name == "new" for path in files_below(folder)
    )


def _starts(process: int) -> bool:
    """Whether a process that annotates has begun to start, after the one that tracks resources."""
    return len(Path(f"/proc/{process}/task/{process}/children").read_text().split()) > 1


SWALLOWED = """
import signal, time
from sru_ner.annotation import processes
processes._REMOVAL_SECONDS = 0.1
signal.signal(signal.SIGTERM, processes._end)
try:
    print("begun", flush=True)
    time.sleep(60)
except BaseException:  # as concurrent.futures has around the call for a shard
    time.sleep(60)
"""


@pytest.mark.fault(
    "SIGTERM reaches a process that annotates just before or after a shard",
    before="it waited for another shard, and the command for it, without end",
    now="it ends after some seconds",
)
def test_a_process_ends_though_the_pool_goes_on() -> None:
    command = [sys.executable, "-c", SWALLOWED]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.terminate()
        assert process.wait(timeout=30) == 128 + signal.SIGTERM
