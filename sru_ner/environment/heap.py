"""Freed memory goes back to the system.

glibc keeps what is freed between pieces that are still in use. Batches are of many sizes, so over
days of annotation these gaps become more and a process grows although it holds no more.
"""

import ctypes
import time
from collections.abc import Callable
from functools import cache

_SECONDS_BETWEEN = 10.0
"""What was given back has to be had again, a tenth of a second or so: not after each short text."""


class Heap:
    """This process's heap, as one that works for long looks after it."""

    def __init__(self) -> None:
        self._released = time.monotonic()

    def release(self) -> None:
        """Give whole free pages back (`malloc_trim`), at most every 10 s; only glibc can do it."""
        now = time.monotonic()
        if now - self._released >= _SECONDS_BETWEEN:
            _trim()(0)
            self._released = now


@cache
def _trim() -> Callable[[int], object]:
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return int
    return trim
