"""Refuses requests for another host, and answers those that the server ends before their answer."""

import asyncio
from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
"""Names by which a browser on this machine reaches a server on it."""


class CheckHost:
    """ASGI middleware that answers only requests that name a known host.

    A page from elsewhere can let its own name point to this machine (DNS rebinding), and could then
    read what a server here answers. Starlette's own middleware answers in plain text, not in JSON.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        """hosts: names and addresses, without ports; IPv6 addresses without brackets."""
        self._app, self._hosts = app, {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it with status 421."""
        if scope["type"] == "http" and _host(Headers(scope=scope)) not in self._hosts:
            detail = "this server does not answer to the name in the Host header"
            await JSONResponse({"detail": detail}, 421)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def _host(headers: Headers) -> str:
    """Return the host that a request names, without its port; empty if there is not exactly one."""
    named = headers.getlist("host")
    if len(named) != 1:
        return ""
    host = named[0].lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


class AnswerAtTheEnd:
    """ASGI middleware that answers with status 503 what is not answered when the server ends."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noted)
        except ClientDisconnect:
            pass  # it is nobody's fault that is here, and no line of the log
        except asyncio.CancelledError:
            if started:
                raise
            detail = "the server ends: send the request again later"
            headers = {"Retry-After": "5", "Connection": "close"}
            await JSONResponse({"detail": detail}, 503, headers)(scope, receive, send)
