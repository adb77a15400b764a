"""Runs the interface: names its models, opens its socket and ends it."""

import signal
import socket
import sys
from collections.abc import Callable, Sequence
from pathlib import PurePath
from types import FrameType

import uvicorn
from fastapi import FastAPI

from sru_ner.errors import InputError
from sru_ner.inference.model_reference import REGISTRY
from sru_ner.serving.connections import guarded, most_connections
from sru_ner.serving.refusals import AnswerAtTheEnd

_GRACE = 30  # seconds in which open requests are answered after the signal to end


def short_names(references: Sequence[str]) -> dict[str, str]:
    """Return model references by short names.

    The names are the last parts of the references, as few as make all names different. Raises
    `InputError` if a model is named twice.
    """
    parts = [PurePath(each.removeprefix(REGISTRY)).parts for each in references]
    if len(set(parts)) < len(parts):
        raise InputError("a model is named twice", remedy="name different models")
    for count in range(1, max(map(len, parts)) + 1):
        names = ["/".join(each[-count:]) for each in parts]
        if len(set(names)) == len(names):
            break
    return dict(zip(names, references, strict=True))


def listen(host: str, port: int) -> socket.socket:
    """Open a socket; port 0 takes a free port. Raises `InputError` for a port that is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InputError(
            f"the server cannot listen on {host}:{port}: {error.strerror or error}",
            remedy="choose another --port (0 takes a free port) or --host",
        ) from None
    return listening


def url_of(listening: socket.socket) -> str:
    """Return the URL at which this machine reaches a socket."""
    host, port = listening.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(
    app: FastAPI,
    listening: socket.socket,
    *,
    ready: Callable[[], None],
    connections: int = 1000,
    arrival: float = 20,
    grace: float = _GRACE,
) -> None:
    """Serve until SIGTERM or SIGINT; open requests are still answered then.

    ready: is called as soon as requests are taken. connections, arrival: limits of connections and
    of the seconds in which a request arrives, see `guarded`. grace: seconds after the signal; then
    the requests that are left get status 503.
    """

    def end(signal_number: int, frame: FrameType | None) -> None:
        # uvicorn raises the signal again after a clean end, which is no failure.
        sys.exit(0)

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, end)
    # Whoever sends nonsense could fill the log with warnings.
    config = uvicorn.Config(
        AnswerAtTheEnd(app),
        http=guarded(most=most_connections(connections), seconds=arrival),
        log_level="error",
        access_log=False,
        timeout_graceful_shutdown=grace,  # type: ignore[arg-type]
    )
    # From here on, the system holds new connections until the event loop takes them.
    listening.listen(config.backlog)
    ready()
    uvicorn.Server(config).run(sockets=[listening])
