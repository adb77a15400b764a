"""Counts requests and batches, and shows the counts in the text format of Prometheus."""

import time
from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sru_ner.serving.batching import Batch

_SECONDS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60)
_TEXTS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Metrics:
    """Counts of one server."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        registry = self._registry
        self._answered = Counter(
            "sru_ner_requests", "Requests answered", ["path", "status"], registry=registry
        )
        self._seconds = Histogram(
            "sru_ner_request_seconds",
            "Seconds to an answer",
            ["path"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._texts = Histogram(
            "sru_ner_batch_texts",
            "Texts that were read together",
            ["model"],
            buckets=_TEXTS,
            registry=registry,
        )
        self._busy = Counter(
            "sru_ner_model_seconds", "Seconds that the model has read", ["model"], registry=registry
        )
        self._characters = Counter(
            "sru_ner_characters", "Characters read", ["model"], registry=registry
        )
        self._waiting = Gauge(
            "sru_ner_waiting_characters", "Characters waiting", ["model"], registry=registry
        )

    def watch_queue(self, model: str, waiting: Callable[[], int]) -> None:
        """Show how much waits for a model.

        waiting: returns the characters that wait; it is called whenever the figures are shown.
        """
        self._waiting.labels(model).set_function(waiting)

    def count_batch(self, model: str, batch: Batch) -> None:
        """Count a batch that a model has read."""
        self._texts.labels(model).observe(batch.texts)
        self._busy.labels(model).inc(batch.seconds)
        self._characters.labels(model).inc(batch.characters)

    def count_answer(self, path: str, status: int, seconds: float) -> None:
        """Count an answer with its path, its status and the seconds that it took."""
        self._answered.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def exposition(self) -> bytes:
        """Return all figures in the format that Prometheus reads."""
        return generate_latest(self._registry)


class CountAnswers:
    """ASGI middleware that counts the answers of all routes."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and count its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, counted)
        finally:
            # Unknown paths share one name: each name becomes a time series that stays in memory.
            route = scope.get("route")
            path = getattr(route, "path", "other")
            self._metrics.count_answer(path, status, time.perf_counter() - began)
