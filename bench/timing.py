"""Seconds of sides measured in turns, and peaks of memory in a process of their own."""

import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import torch

from sru_ner.errors import SruNerError

THREADS = 2
"""CPU threads of every measurement."""

_Result = TypeVar("_Result")
_STATUS = Path("/proc/self/status")
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds of each repeat of one side."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The median of the repeats in seconds."""
        return median(self.seconds)

    def __str__(self) -> str:
        low, high = min(self.seconds), max(self.seconds)
        return f"{self.median:.3g} s ({low:.3g} to {high:.3g}, {len(self.seconds)} repeats)"


def timed(work: Callable[[], _Result]) -> tuple[float, _Result]:
    """Call a function and return the seconds it takes with its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def in_turns(
    sides: Mapping[str, Callable[[], object]],
    repeats: int,
    *,
    fewer: Mapping[str, int] | None = None,
) -> dict[str, Times]:
    """Time all sides one after the other, again and again: A B A B …

    fewer: repeats of a side that is too slow for `repeats`; it leaves the turns when it has them.
    The caller warms up what must be warm before the first turn.
    """
    wanted = {name: min(repeats, (fewer or {}).get(name, repeats)) for name in sides}
    found: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(max(wanted.values())):
        for name, work in sides.items():
            if turn < wanted[name]:
                found[name].append(timed(work)[0])
    return {name: Times(tuple(seconds)) for name, seconds in found.items()}


@dataclass(slots=True)
class Peak:
    """Peak memory of a block; the figures are set when the block of `peak_memory` ends."""

    bytes: int = 0
    """Highest resident memory above what was resident before the block, in bytes."""
    resident: int = 0
    """Highest resident memory in bytes."""


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Measure the highest resident memory of this process during a block.

    The kernel records it (VmHWM), so no moment is missed. An earlier peak is cleared first; where
    that is not allowed, the figure is an upper bound. Raises `SruNerError` outside Linux.
    """
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    before, peak = _resident("VmRSS"), Peak()
    yield peak
    peak.resident = _resident("VmHWM")
    peak.bytes = max(0, peak.resident - before)


def _resident(field: str) -> int:
    try:
        lines = _STATUS.read_text(encoding="ascii").splitlines()
    except OSError:
        raise SruNerError(
            f"{_STATUS} cannot be read: peaks of memory are measured on Linux only",
            remedy="run the benchmarks on Linux",
        ) from None
    kilobytes = next(line.split()[1] for line in lines if line.startswith(f"{field}:"))
    return 1024 * int(kilobytes)


def in_fresh_process(work: Callable[..., _Result], *arguments: Any) -> _Result:
    """Call a function of a module in a new process, and return its result.

    The new process is forked from a server that has imported the function's module and run nothing.
    A fork of this process would inherit its memory, and locks of threads that it does not have.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__])
    with ProcessPoolExecutor(1, mp_context=context, initializer=_begin) as pool:
        return pool.submit(work, *arguments).result()


def _begin() -> None:
    """Set the number of threads, and end this process when the benchmark ends or is killed."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    use_threads()


def _end_with_parent() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def environment(*, ours: bool = True, threads: int = THREADS) -> dict[str, str]:
    """Return the environment variables of a measured process.

    ours: it can import this checkout. threads: CPU threads of its libraries.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    counts = dict.fromkeys(
        ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS", "BLIS_NUM_THREADS"),
        str(threads),
    )
    quiet = {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true", "GOMP_SPINCOUNT": "1000"}
    here = [str(_ROOT), os.environ.get("PYTHONPATH", "")]
    path = {"PYTHONPATH": os.pathsep.join(here).rstrip(os.pathsep)} if ours else {}
    return {**kept, **counts, **quiet, **path}


def use_threads() -> None:
    """Set torch's number of threads to that of every measurement."""
    torch.set_num_threads(THREADS)


def megabytes(count: float) -> str:
    """Format a number of bytes as megabytes."""
    return f"{count / 1e6:,.0f} MB" if count >= 1e7 else f"{count / 1e6:.1f} MB"
