"""Finds a port for a server that runs on this machine for a while."""

import socket


def free_port() -> int:
    """Return the number of a port of 127.0.0.1 that no server uses now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
