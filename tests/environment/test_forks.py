"""Processes that are forked after a model was used: they answer, or say what to do."""

import multiprocessing
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from sru_ner.environment.forks import Process
from sru_ner.errors import InputError

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")

SCRIPT = """
import multiprocessing, sys, torch
from sru_ner import Annotator
torch.set_num_threads(2)
texts = ["Aspirin treats headache in mice. " * 8] * 8
used = Annotator.load(sys.argv[1], device="cpu")
expected = [[(s.start, s.type) for s in spans] for spans in used.annotate(texts)]
assert any(expected)
context = multiprocessing.get_context("fork")
def work(again, answer):
    annotator = Annotator.load(sys.argv[1], device="cpu") if again else used
    answer.put([[(s.start, s.type) for s in spans] for spans in annotator.annotate(texts)])
for again in (False, True):
    answer = context.Queue()
    process = context.Process(target=work, args=(again, answer), daemon=True)
    process.start()
    assert answer.get(timeout=60) == expected
    process.join()
assert torch.get_num_threads() == 2, "this process keeps its threads"
print("both answered")
"""


def test_a_process_forked_after_use_does_not_hang(tiny_model: Path) -> None:
    # A process of its own: here, threads may have been started by other tests.
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tiny_model)],
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.stdout == "both answered\n", done.stderr


def in_fork(work: Callable[[], None]) -> str:
    """Return the message of what `work` raises in a forked process."""
    reader, writer = multiprocessing.Pipe(duplex=False)
    if os.fork() == 0:
        try:
            work()
            writer.send("")
        except InputError as error:
            writer.send(str(error))
        finally:
            os._exit(0)
    assert reader.poll(60), "the forked process does not answer"
    os.wait()
    return str(reader.recv())


def test_a_model_that_cannot_be_used_after_a_fork_says_so() -> None:
    process, cpu, gpu = Process(), torch.device("cpu"), torch.device("cuda")
    for device, own_threads in ((cpu, False), (cpu, True), (gpu, False)):
        process.check(device, own_threads=own_threads)
    assert in_fork(lambda: process.check(cpu, own_threads=False)) == ""
    assert "computes on cuda" in in_fork(lambda: process.check(gpu, own_threads=False))
    message = in_fork(lambda: process.check(cpu, own_threads=True))
    assert "computes in ONNX Runtime" in message
    assert "spawn" in message


def test_a_model_that_was_sent_to_a_process_belongs_to_it() -> None:
    sent = pickle.dumps(Process())
    gpu = torch.device("cuda")
    assert in_fork(lambda: pickle.loads(sent).check(gpu, own_threads=False)) == ""
