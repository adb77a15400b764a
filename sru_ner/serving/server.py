"""Running the interface: the names of models, the socket, the end."""

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath
from types import FrameType

import uvicorn
from fastapi import FastAPI

from sru_ner.errors import InputError

_GRACE = 30  # seconds for requests that are being answered when the server is told to end


def short_names(addresses: Sequence[str]) -> dict[str, str]:
    """Name → address: the last parts of the addresses, as few as tell them apart."""
    parts = [PurePath(address.removeprefix("models:/")).parts for address in addresses]
    if len(set(parts)) < len(parts):
        raise InputError("a model is named twice", remedy="name different models")
    for count in range(1, max(map(len, parts)) + 1):
        names = ["/".join(each[-count:]) for each in parts]
        if len(set(names)) == len(names):
            break
    return dict(zip(names, addresses, strict=True))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises `InputError` for one that is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InputError(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            remedy="choose another --port (0 takes a free one) or --host",
        ) from None
    return listening


def address_of(listening: socket.socket) -> str:
    """The URL at which it is reached from this machine."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(app: FastAPI, listening: socket.socket, *, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT; requests being answered then still get their answers.

    ready: called as soon as requests are taken.
    """

    def end(signal_number: int, frame: FrameType | None) -> None:
        # uvicorn raises the signal again after a clean end; that is no failure.
        sys.exit(0)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=_GRACE
    )
    # What connects from here on is held by the system until the loop takes it.
    listening.listen(config.backlog)
    ready()
    uvicorn.Server(config).run(sockets=[listening])
