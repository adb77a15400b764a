import threading
import time
from concurrent.futures import wait
from types import SimpleNamespace

import pytest
import torch

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


def lane_of(encoder: Passes, seconds: float = 60) -> Lane:
    lane = Lane(seconds)
    lane.watch(SimpleNamespace(model=SimpleNamespace(encoder=encoder)))  # type: ignore[arg-type]
    return lane


def test_short_work_goes_between_the_passes_of_long_work(encoder: Passes) -> None:
    lane, begun, there = lane_of(encoder), threading.Event(), threading.Event()

    def long() -> str:
        encoder("long 1")
        begun.set()
        assert there.wait(10)
        for number in (2, 3, 4):
            encoder(f"long {number}")
        return "done"

    result = lane.long.submit(long)
    assert begun.wait(10)
    short = [lane.short.submit(encoder, f"short {number}") for number in (1, 2)]
    there.set()
    wait([result, *short], 10)
    # One short piece before each pass: neither keeps the other from going on.
    assert encoder.done == ["long 1", "short 1", "long 2", "short 2", "long 3", "long 4"]
    assert result.result() == "done"
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
