"""The thread in which all models read: short requests go between the steps of a long one.

A model reads a long text in many steps: parts of its encoder, then steps of its recurrence, of
milliseconds each. Before a step, the thread first reads short requests that wait, if there are any,
and ends what has taken too long. Then the long request goes on for as long as they took, so neither
keeps the other out.
"""

import math
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

from sru_ner.errors import SruNerError
from sru_ner.inference.annotator import Annotator


class TooSlowError(SruNerError):
    """The texts of a request take longer to read than the server allows."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the model reads these texts for more than {seconds:g} s, which this server does not"
            " allow",
            remedy="send fewer texts or shorter ones",
        )


class Lane:
    """One thread with two executors: for short work and for long work."""

    def __init__(self, most_seconds: float) -> None:
        """most_seconds: of reading for one piece of work, without the short ones in between."""
        self._most = most_seconds
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="model")
        self._waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._ends = math.inf
        self._next_turn = -math.inf  # when short work may interrupt long work again
        self._inside = False
        self.long: Executor = _LongWork(self._thread, self)
        """Executor of work that may be interrupted by short work."""
        self.short: Executor = _ShortWork(self._thread, self)
        """Executor of work that goes first, unless it has just interrupted long work."""

    def watch(self, annotator: Annotator) -> None:
        """Let short work go first before each part of a model's encoder and each of its steps."""
        for part in annotator.model.encoder.modules():
            part.register_forward_pre_hook(lambda *_: self._pause())
        annotator.model.sru.before_step = self._pause

    def shutdown(self) -> None:
        """Wait until nothing is read."""
        self._thread.shutdown()

    def limited(self, work: Callable[[], Any]) -> Any:
        """Do some work in this thread; raise `TooSlowError` before a step that is too late."""
        before, self._ends = self._ends, time.perf_counter() + self._most
        try:
            return work()
        finally:
            self._ends = before

    def wait_in_turn(self, work: Callable[[], Any]) -> Future[Any]:
        """Note some short work; `take_turn` does it."""
        future: Future[Any] = Future()
        self._waiting.put((future, work))
        return future

    def take_turn(self) -> None:
        """Do the short work that has waited longest, if there is any."""
        try:
            future, work = self._waiting.get_nowait()
        except Empty:
            return
        if not future.set_running_or_notify_cancel():
            return
        self._inside = True
        try:
            future.set_result(self.limited(work))
        except BaseException as error:  # as executors do: it belongs to who waits for the work
            future.set_exception(error)
        finally:
            self._inside = False

    def _pause(self) -> None:
        began = time.perf_counter()
        if began > self._ends:
            raise TooSlowError(self._most)
        if not self._inside and began >= self._next_turn:
            self.take_turn()
            ended = time.perf_counter()
            self._ends += ended - began
            self._next_turn = ended + (ended - began)


class _LongWork(Executor):
    def __init__(self, thread: Executor, lane: Lane) -> None:
        self._thread, self._lane = thread, lane

    def submit(self, work: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        return self._thread.submit(self._lane.limited, lambda: work(*args, **options))


class _ShortWork(Executor):
    def __init__(self, thread: Executor, lane: Lane) -> None:
        self._thread, self._lane = thread, lane

    def submit(self, work: Callable[..., Any], /, *args: Any, **options: Any) -> Future[Any]:
        future = self._lane.wait_in_turn(lambda: work(*args, **options))
        # Whatever comes first does the work: this, or the next step of long work.
        self._thread.submit(self._lane.take_turn)
        return future
