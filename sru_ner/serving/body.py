"""Limits the size of a request's body."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class LimitBody:
    """ASGI middleware that refuses a body as soon as it is known to be too large.

    Starlette's own middleware answers in plain text, not in JSON.
    """

    def __init__(self, app: ASGIApp, most: int, detail: str) -> None:
        """most: largest size in bytes. detail: reason for the client."""
        self._app, self._most, self._detail = app, most, detail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on. Reading a body that is too large raises status 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        size = int(announced) if announced.isdecimal() else 0
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            if size <= self._most:
                message = await receive()
                taken += len(message.get("body", b""))
            if max(size, taken) > self._most:
                raise HTTPException(413, self._detail)
            return message

        await self._app(scope, counted, send)
