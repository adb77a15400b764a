"""Concurrent requests in common batches, with a limit to what may wait.

While the model reads one batch, requests gather; the next batch is what has gathered and wants the
same as the first of it. So a lone request never waits for company, and a crowd gets the throughput
of large batches.
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
"""What a request wants of the model beside its texts."""
Spans = list[list[AnnotatedSpan]]
"""The mentions of each text of a request."""


class OverloadedError(SruNerError):
    """More waits already than may wait."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            f"too many requests are waiting\n  → try again in {retry_after} s, or with less text"
        )
        self.retry_after = retry_after
        """Seconds in which what waits now should be done."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was read together, for those who watch."""

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
    """Characters of some texts; each text counts as one more, so that empty ones count too."""
    return sum(map(len, texts)) + len(texts)


class Batcher(Generic[Options]):
    """Queue before a model; belongs to one event loop, in which `run` has to run."""

    def __init__(
        self,
        annotate: Callable[[list[str], Options], Spans],
        executor: Executor,
        *,
        batch_characters: int,
        max_waiting: int,
        watch: Callable[[Batch], None] = lambda batch: None,
    ) -> None:
        """annotate: called in `executor`, with the texts and the options of a batch.

        batch_characters: weight at which a batch is full. max_waiting: weight that may wait; a
        request that finds nothing waiting is always taken. watch: told of every batch.
        """
        self._annotate, self._executor, self._watch = annotate, executor, watch
        self._batch_characters, self._max_waiting = batch_characters, max_waiting
        self._queue: deque[_Waiting[Options]] = deque()
        self._arrived = asyncio.Event()
        self._rate = math.inf  # weight per second, of the last batches
        self.waiting = 0
        """Weight of what waits."""

    async def submit(self, texts: Sequence[str], options: Options) -> Spans:
        """The mentions of each text, once it was their turn; raises `OverloadedError` at once."""
        weight = weight_of(texts)
        if self._queue and self.waiting + weight > self._max_waiting:
            raise OverloadedError(max(1, math.ceil(self.waiting / self._rate)))
        request = _Waiting(texts, options, weight, asyncio.get_running_loop().create_future())
        self._queue.append(request)
        self.waiting += weight
        self._arrived.set()
        return await request.answer

    async def run(self) -> None:
        """Answer requests until cancelled."""
        while True:
            await self._arrived.wait()
            batch = self._next_batch()
            if not await self._answer(batch) and len(batch) > 1:
                # One text that breaks the model must not take its neighbours along.
                for request in batch:
                    await self._answer([request])

    def _next_batch(self) -> list[_Waiting[Options]]:
        """The first request, and all that want the same, in order, while there is room."""
        batch: list[_Waiting[Options]] = []
        left: deque[_Waiting[Options]] = deque()
        weight, full = 0, False
        for request in self._queue:
            if request.answer.done():  # by a client that has gone
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
        """Whether the requests have their answers; a lone one has its error as the answer."""
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
