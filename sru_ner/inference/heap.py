"""Freed memory goes back to the system.

glibc keeps what is freed between pieces that are still in use. Batches are of many sizes, so over
days of annotation these gaps become more and a process grows although it holds no more.
"""

import ctypes
from collections.abc import Callable
from functools import cache


def release_free_memory() -> None:
    """Give whole free pages of the heap back (`malloc_trim`); does nothing without glibc."""
    _trim()(0)


@cache
def _trim() -> Callable[[int], object]:
    try:
        trim: Callable[[int], object] = ctypes.CDLL(None).malloc_trim
    except (AttributeError, OSError, TypeError):  # musl, macOS, Windows
        return int
    return trim
