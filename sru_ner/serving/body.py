"""How large the body of a request may be, whatever it holds."""

from fastapi import HTTPException
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class LimitBody:
    """ASGI middleware that refuses a body as soon as it is known to be too large.

    Starlette's own answers in plain text.
    """

    def __init__(self, app: ASGIApp, most: int, detail: str) -> None:
        """most: bytes. detail: what the client is told."""
        self._app, self._most, self._detail = app, most, detail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; 413 is raised in whoever reads its body."""
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
