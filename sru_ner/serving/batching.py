"""Reads concurrent requests in common batches, and limits how much may wait.

While the model reads one batch, further requests wait. The next batch is made of the waiting
requests that have the same options as the first of them. So a single request is not delayed, and
many requests get the throughput of large batches.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Generic, TypeVar

from sru_ner.errors import SruNerError
from sru_ner.inference.spans import AnnotatedSpan

Options = TypeVar("Options", bound=Hashable)
"""Options of a request; any value that can be compared and hashed."""
Spans = list[list[AnnotatedSpan]]
"""Mentions of each text of a request."""


class OverloadedError(SruNerError):
    """Too many requests are waiting already."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            "too many requests are waiting",
            remedy=f"try again in {retry_after} s, or with less text",
        )
        self.retry_after = retry_after
        """Seconds after which the requests that wait now should be answered."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Batch that was read, in numbers."""

    requests: int
    texts: int
    characters: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Waiting(Generic[Options]):
    texts: Sequence[str]
    options: Options
    weight: int
    answer: asyncio.Future[Spans]


def weight_of(texts: Sequence[str]) -> int:
    """Return the number of characters of some texts; each text counts as one character more."""
    return sum(map(len, texts)) + len(texts)


class Batcher(Generic[Options]):
    """Queue of requests to one model. All its methods run in one event loop."""

    def __init__(
        self,
        annotate: Callable[[list[str], Options], Spans],
        executor: Executor,
        *,
        batch_characters: int,
        max_waiting: int,
        watch: Callable[[Batch], None] = lambda batch: None,
    ) -> None:
        """annotate: is called in `executor` with the texts and the options of a batch.

        batch_characters: weight of a full batch (see `weight_of`). max_waiting: largest weight of
        all waiting requests; a request is always taken if none is waiting. watch: is called with
        every batch.
        """
        self._annotate, self._executor, self._watch = annotate, executor, watch
        self._batch_characters, self._max_waiting = batch_characters, max_waiting
        self._queue: deque[_Waiting[Options]] = deque()
        self._arrived = asyncio.Event()
        self._rate = math.inf  # weight per second, averaged over the last batches
        self.waiting = 0
        """Weight of all waiting requests."""

    async def submit(self, texts: Sequence[str], options: Options) -> Spans:
        """Wait for the turn of a request; return the mentions of each of its texts.

        Raises `OverloadedError`, without waiting, if too much is waiting. Raises the error of
        `annotate` for the request.
        """
        weight = weight_of(texts)
        if self._queue and self.waiting + weight > self._max_waiting:
            raise OverloadedError(max(1, math.ceil(self.waiting / self._rate)))
        request = _Waiting(texts, options, weight, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self.waiting += weight
        self._arrived.set()
        return await request.answer

    async def run(self) -> None:
        """Answer requests until this task is cancelled."""
        while True:
            await self._arrived.wait()
            batch = self._next_batch()
            if not await self._answer(batch) and len(batch) > 1:
                # A text that makes the model fail must not fail the other requests.
                for request in batch:
                    await self._answer([request])

    def _next_batch(self) -> list[_Waiting[Options]]:
        """Take the first request, and those with the same options, until the batch is full."""
        batch: list[_Waiting[Options]] = []
        left: deque[_Waiting[Options]] = deque()
        weight, full = 0, False
        for request in self._queue:
            if request.answer.done():  # the client has closed the connection
                self.waiting -= request.weight
                continue
            same = not batch or request.options == batch[0].options
            full = full or (same and weight + request.weight > self._batch_characters)
            if not batch or (same and not full):
                batch.append(request)
                weight += request.weight
                self.waiting -= request.weight
            else:
                left.append(request)
        self._queue = left
        if not left:
            self._arrived.clear()
        return batch

    async def _answer(self, batch: list[_Waiting[Options]]) -> bool:
        """Answer a batch. Returns False if it failed and has several requests.

        The error of a batch with a single request is its answer.
        """
        texts = [text for request in batch for text in request.texts]
        if not batch:
            return True
        began = time.perf_counter()
        loop = asyncio.get_running_loop()
        try:
            found = iter(
                await loop.run_in_executor(self._executor, self._annotate, texts, batch[0].options)
            )
        except Exception as error:
            if len(batch) > 1:
                return False
            if not batch[0].answer.done():
                batch[0].answer.set_exception(error)
            return True
        weight, seconds = sum(each.weight for each in batch), time.perf_counter() - began
        rate = weight / max(seconds, 1e-9)
        self._rate = rate if math.isinf(self._rate) else 0.7 * self._rate + 0.3 * rate
        self._watch(Batch(len(batch), len(texts), weight - len(texts), seconds))
        for request in batch:
            answer = [next(found) for _ in request.texts]
            if not request.answer.done():
                request.answer.set_result(answer)
        return True
