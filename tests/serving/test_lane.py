import threading
import time
from concurrent.futures import wait
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from sru_ner.inference.annotator import Annotator
from sru_ner.serving.lane import Lane, TooSlowError


class Passes(torch.nn.Module):
    """An encoder that notes its passes."""

    def __init__(self) -> None:
        super().__init__()
        self.done: list[str] = []

    def forward(self, name: str) -> None:
        self.done.append(name)


@pytest.fixture
def encoder() -> Passes:
    return Passes()


@pytest.fixture
def annotator(tiny_model: Path) -> Annotator:
    return Annotator.load(tiny_model)


def lane_of(encoder: Passes, seconds: float = 60) -> Lane:
    lane = Lane(seconds)
    model = SimpleNamespace(encoder=encoder, sru=SimpleNamespace())
    lane.watch(SimpleNamespace(model=model))  # type: ignore[arg-type]
    return lane


def test_short_work_goes_between_the_steps_of_long_work(encoder: Passes) -> None:
    lane, begun, there = lane_of(encoder), threading.Event(), threading.Event()

    def long() -> str:
        encoder("long 1")
        begun.set()
        assert there.wait(10)
        for number in (2, 3, 4):
            time.sleep(0.05)  # longer than the short work
            encoder(f"long {number}")
        return "done"

    result = lane.long.submit(long)
    assert begun.wait(10)
    short = [lane.short.submit(encoder, f"short {number}") for number in (1, 2)]
    there.set()
    wait([result, *short], 10)
    assert encoder.done == ["long 1", "short 1", "long 2", "short 2", "long 3", "long 4"]
    assert result.result() == "done"
    lane.shutdown()


def test_long_work_goes_on_for_as_long_as_the_short_work_took(encoder: Passes) -> None:
    lane, begun, there = lane_of(encoder), threading.Event(), threading.Event()
    ends: list[float] = []

    def long() -> list[tuple[float, float]]:
        begun.set()
        assert there.wait(10)
        steps = []
        while len(ends) < 4 or time.perf_counter() < ends[-1] + 0.2:
            before = time.perf_counter()
            encoder("long")
            steps.append((before, time.perf_counter()))
            time.sleep(0.002)
        return steps

    def short() -> None:
        time.sleep(0.05)
        ends.append(time.perf_counter())

    result = lane.long.submit(long)
    assert begun.wait(10)
    for _ in range(4):
        lane.short.submit(short)
    there.set()
    result.result(10)
    # Four pieces of 0.05 s, with as much of the long work between two of them.
    pauses = [after - before for before, after in pairwise(ends)]
    assert all(pause > 0.09 for pause in pauses), pauses
    lane.shutdown()


@pytest.mark.parametrize("text", ["aspirin treats headache in mice . " * 40, "." * 1000])
def test_a_model_pauses_often_while_it_reads_one_text(annotator: Annotator, text: str) -> None:
    lane = Lane(600)
    alone = annotator(text)
    pauses: list[float] = []

    def pause() -> None:
        pauses.append(time.thread_time())
        if len(pauses) == 40:  # another text is read within the steps of this one
            assert annotator("aspirin treats headache in mice .") == other

    other = annotator("aspirin treats headache in mice .")
    lane._pause = pause  # type: ignore[method-assign]
    lane.watch(annotator)
    assert annotator(text) == alone
    assert len(pauses) > 60
    longest = max(after - before for before, after in pairwise(pauses))
    assert longest < 0.25 * (pauses[-1] - pauses[0])
    lane.shutdown()


def test_short_work_alone_is_done_at_once_and_its_error_is_its_own(encoder: Passes) -> None:
    lane = lane_of(encoder)
    failed = lane.short.submit(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        failed.result(10)
    assert lane.short.submit(lambda: 5).result(10) == 5
    lane.shutdown()


def test_what_takes_too_long_ends_before_its_next_pass(encoder: Passes) -> None:
    lane = lane_of(encoder, seconds=0.05)

    def endless() -> None:
        while True:
            encoder("again")
            time.sleep(0.01)

    for executor in (lane.long, lane.short):
        with pytest.raises(TooSlowError, match=r"for more than 0\.05 s"):
            executor.submit(endless).result(10)
    # The next work has its own time.
    assert lane.long.submit(encoder, "next").result(10) is None
    lane.shutdown()


def test_the_time_of_short_work_is_not_that_of_the_long_work_around_it(encoder: Passes) -> None:
    lane, there = lane_of(encoder, seconds=0.3), threading.Event()

    def long() -> None:
        assert there.wait(10)
        encoder("long 1")  # the short work goes before this pass
        encoder("long 2")

    def short() -> None:
        time.sleep(0.25)

    result = lane.long.submit(long)
    pieces = [lane.short.submit(short) for _ in range(2)]
    there.set()
    wait([result, *pieces], 10)
    assert result.result() is None
    lane.shutdown()
