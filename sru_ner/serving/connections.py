"""Limits what connections cost: their number, and the time until a request is there.

A client that opens connections and sends nothing, or a byte now and then, would otherwise hold them
until the system has no more. The same goes for a client that does not read its answer.
"""

import asyncio
import json
import resource
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

_FOR_FILES = 64  # descriptors that are not for connections: files, libraries, the event loop


def most_connections(wanted: int) -> int:
    """Return how many connections the system's limit of open files allows: `wanted` at most."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if files == resource.RLIM_INFINITY else max(1, min(wanted, files - _FOR_FILES))


def guarded(*, most: int, seconds: float) -> type[H11Protocol]:
    """Return the protocol of a connection that is closed if it takes too long.

    most: largest number of connections. Beyond it, the one that has waited longest for a request is
    closed; if none waits, the new one gets status 503. seconds: until a whole request is there,
    counted from its first byte, or from the beginning of the connection; and until a client reads
    what is sent. A request that is late gets status 408.
    """

    class Guarded(H11Protocol):
        _timer: asyncio.TimerHandle | None = None
        _sending: asyncio.TimerHandle | None = None
        began = 0.0

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self.began = self.loop.time()
            self._timer = self.loop.call_later(seconds, self._late)
            if len(self.connections) > most and not self._make_room():
                self._refuse(503, "too many connections are open: try again later")

        def connection_lost(self, exc: Exception | None) -> None:
            for timer in (self._timer, self._sending):
                if timer:
                    timer.cancel()
            super().connection_lost(exc)

        def handle_events(self) -> None:
            super().handle_events()
            if self._complete():
                if self._timer:
                    self._timer.cancel()
                    self._timer = None
            elif self._timer is None:
                self._timer = self.loop.call_later(seconds, self._late)

        def pause_writing(self) -> None:
            super().pause_writing()
            self._sending = self.loop.call_later(seconds, self.transport.abort)

        def resume_writing(self) -> None:
            super().resume_writing()
            if self._sending:
                self._sending.cancel()

        def _complete(self) -> bool:
            """Whether nothing of a request is missing: all of it is there, or none has begun."""
            state = self.conn.their_state
            return state not in (h11.IDLE, h11.SEND_BODY) or (
                state is h11.IDLE and not self.conn.trailing_data[0] and self.cycle is not None
            )

        def _late(self) -> None:
            self._timer = None
            self._refuse(408, f"the request was not complete after {seconds:g} s")

        def _make_room(self) -> bool:
            idle = [
                each
                for each in self.connections
                if isinstance(each, Guarded)
                and each is not self
                and (each.cycle is None or each.cycle.response_complete)
            ]
            if idle:
                min(idle, key=lambda each: each.began).transport.abort()
            return bool(idle)

        def _refuse(self, status: int, detail: str) -> None:
            if not (
                self.cycle and self.cycle.response_started and not self.cycle.response_complete
            ):
                self.transport.write(_refusal(status, detail))
            self.transport.close()

    return Guarded


def _refusal(status: int, detail: str) -> bytes:
    body = json.dumps({"detail": detail})
    reason = {408: "Request Timeout", 503: "Service Unavailable"}[status]
    fields: dict[str, Any] = {
        "content-type": "application/json",
        "content-length": len(body),
        "connection": "close",
        "retry-after": 5,
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} {reason}\r\n{head}\r\n{body}".encode()
