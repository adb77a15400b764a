"""Memory between pieces in use is given back."""

import ctypes

import psutil
import pytest

from sru_ner.environment import heap


def resident() -> int:
    return psutil.Process().memory_info().rss


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs glibc")
def test_gaps_in_the_heap_go_back_to_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    libc.malloc.argtypes = [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    size, number = 100_000, 1_000  # below the size that has pages of its own
    pieces = [libc.malloc(size) for _ in range(number)]
    for piece in pieces:
        ctypes.memset(piece, 1, size)
    full = resident()
    for piece in pieces[:-1]:  # the last one, in use, is in the way of a smaller heap
        libc.free(piece)
    keeper = heap.Heap()
    keeper.release()  # no time has passed
    assert full - resident() < size * number / 10
    monkeypatch.setattr(heap, "_SECONDS_BETWEEN", 0)
    keeper.release()
    assert full - resident() > size * number / 2
    libc.free(pieces[-1])


def test_other_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heap.ctypes, "CDLL", lambda name: object())
    heap._trim.cache_clear()
    monkeypatch.setattr(heap, "_SECONDS_BETWEEN", 0)
    try:
        heap.Heap().release()
    finally:
        heap._trim.cache_clear()
