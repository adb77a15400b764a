"""Groups the documents of a pipe into batches without waiting for more documents to arrive."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_END = object()


def microbatches(items: Iterable[_Item], *, most: int) -> Iterator[list[_Item]]:
    """Yield lists of one to `most` items.

    Each list holds the items that have arrived since the last one. If there are none, it waits for
    one item and no longer, so that a slow pipe is answered at once. A thread reads `items`, at most
    two lists ahead. An error raised by `items` is raised here, after the items before it.
    """
    waiting: queue.Queue[object] = queue.Queue(2 * most)
    stopped = threading.Event()

    def put(item: object) -> None:
        while not stopped.is_set():
            with suppress(queue.Full):
                waiting.put(item, timeout=0.1)
                return

    def read() -> None:
        try:
            for item in items:
                put(item)
                if stopped.is_set():
                    return
            put(_END)
        except BaseException as error:
            put(_Failure(error))

    threading.Thread(target=read, daemon=True).start()
    try:
        while True:
            batch, end = _next_batch(waiting, most)
            if batch:
                yield batch
            if isinstance(end, _Failure):
                raise end.error
            if end is _END:
                return
    finally:
        stopped.set()


class _Failure:
    """Carries an error from the reading thread to the thread that asks for batches."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _next_batch(waiting: "queue.Queue[object]", most: int) -> tuple[list[Any], object]:
    """Return the items that have arrived, at least one, and the end or error behind them if any."""
    batch: list[Any] = []
    while len(batch) < most:
        try:
            item = waiting.get(block=not batch)
        except queue.Empty:
            break
        if item is _END or isinstance(item, _Failure):
            return batch, item
        batch.append(item)
    return batch, None
