"""Documents in the groups in which they arrive, so that a slow pipe is answered at once."""

import queue
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, TypeVar

_Item = TypeVar("_Item")
_END = object()


def in_arriving_groups(items: Iterable[_Item], *, most: int) -> Iterator[list[_Item]]:
    """Yield lists of one to `most` items: all that have arrived when the next list is asked for.

    `items` is read in a thread of its own, at most two lists ahead. An error that it raises is
    raised here, after the items before it.
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
            group, end = _next_group(waiting, most)
            if group:
                yield group
            if isinstance(end, _Failure):
                raise end.error
            if end is _END:
                return
    finally:
        stopped.set()


class _Failure:
    """An error on its way to the thread that waits."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _next_group(waiting: "queue.Queue[object]", most: int) -> tuple[list[Any], object]:
    """The items that are there, at least one, and what ended them, if anything did."""
    group: list[Any] = []
    while len(group) < most:
        try:
            item = waiting.get(block=not group)
        except queue.Empty:
            break
        if item is _END or isinstance(item, _Failure):
            return group, item
        group.append(item)
    return group, None
