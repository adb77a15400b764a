"""Who may use a server, and what it notes about each request: a key, other origins, a log."""

import hmac
import json
import re
import sys
import time
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sru_ner.errors import InputError

Log = Literal["none", "text", "json"]

_ORIGIN = re.compile(r"https?://[^/\s*]+")
_OPEN = ("/health", "/ready", "/docs", "/openapi.json", "/static-offline-docs", "/favicon.ico")
"""Beginnings of the paths that need no key: probes and the documentation, which hold no text."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use a server, and what is noted."""

    key: str | None = None
    """Key that requests must have; None means that none is needed."""
    origins: tuple[str, ...] = ()
    """Origins, such as `https://app.example.org`, whose pages may send requests; `*` is all."""
    log: Log = "none"
    """Form of the line that each request gets on standard error."""

    def check(self, root_path: str) -> None:
        """Check these values, and the path at which a proxy serves the interface.

        Raises `InputError` for an empty key, for an origin that no browser sends, and for a path
        that does not begin with `/` or ends with one.
        """
        if self.key is not None and not self.key.strip():
            raise InputError(
                "the API key is empty",
                remedy="set SRU_NER_API_KEY to a long random text, or remove the variable",
            )
        for origin in self.origins:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                raise InputError(
                    f"--allow-origin {origin} is no origin",
                    remedy="write the scheme, the host and the port: https://app.example.org:8443",
                )
        if root_path and (not root_path.startswith("/") or root_path.endswith("/")):
            raise InputError(
                f"--root-path {root_path} is no path of a proxy",
                remedy="let it begin with / and end without one: /ner",
            )


def control(app: FastAPI, access: Access) -> None:
    """Apply `access` to an interface. Every answer is noted, also a refusal."""
    if access.key is not None:
        app.add_middleware(RequireKey, key=access.key)
    if access.origins:
        # Outside the check of the key: a browser asks first whether it may send one.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(access.origins),
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type", "X-API-Key"],
        )
    if access.log != "none":
        app.add_middleware(NoteRequests, form=access.log)


class RequireKey:
    """ASGI middleware that refuses requests without the key."""

    def __init__(self, app: ASGIApp, key: str) -> None:
        """key: what the header `Authorization: Bearer KEY` or `X-API-Key: KEY` has to hold."""
        self._app, self._key = app, key.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with status 401."""
        if scope["type"] != "http" or _path(scope).startswith(_OPEN) or self._fits(scope):
            await self._app(scope, receive, send)
            return
        detail = "the request has no valid key → send the header Authorization: Bearer KEY"
        answer = JSONResponse({"detail": detail}, 401, {"WWW-Authenticate": "Bearer"})
        await answer(scope, receive, send)

    def _fits(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        given = bearer if scheme.lower() == "bearer" else headers.get("x-api-key", "")
        # In a time that tells nothing about the key.
        return hmac.compare_digest(given.strip().encode(), self._key)


class NoteRequests:
    """ASGI middleware that writes a line about each request, without any of its text."""

    def __init__(self, app: ASGIApp, form: Log) -> None:
        """form: `json` for an object on each line, `text` for words."""
        self._app, self._form = app, form

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; write the line when it is answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, at = time.perf_counter(), time.time()
        status, size = 500, 0

        async def noted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            line = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
                "client": (scope.get("client") or ("-",))[0],
                "method": scope["method"],
                "path": _path(scope),
                "status": status,
                "seconds": round(time.perf_counter() - began, 4),
                "bytes": size,
            }
            # A path may hold line breaks, which would begin a line of its own.
            text = json.dumps(line) if self._form == "json" else _words(line)
            print(text, file=sys.stderr, flush=True)


def _words(line: dict[str, object]) -> str:
    path = json.dumps(line["path"])[1:-1]
    return (
        f"{line['time']} {line['client']} {line['method']} {path} {line['status']}"
        f" {line['seconds']} s {line['bytes']} bytes"
    )


def _path(scope: Scope) -> str:
    """Return the path of a request below the path at which a proxy serves the interface."""
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", "")) or "/"
