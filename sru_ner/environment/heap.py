"""Returns freed memory to the system.

glibc keeps freed memory between pieces that are still in use. Batches have many sizes, so over days
of annotation these gaps grow, and the process with them, although it does not hold more data.
"""

import ctypes
import time
from collections.abc import Callable
from functools import cache

_SECONDS_BETWEEN = 10.0
"""Pause between two releases. Memory that was returned has to be requested again, which takes about
a tenth of a second: too long to do it after each short text."""


class Heap:
    """Heap of this process, for work that takes long."""

    def __init__(self) -> None:
        self._released = time.monotonic()

    def release(self) -> None:
        """Return whole free pages to the system, at most every 10 seconds.

        Calls `malloc_trim`. Does nothing on systems without glibc.
        """
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
