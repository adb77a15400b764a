"""Load on `sru-ner serve` while half-open connections try to keep others out.

`python -m bench.half_open MODEL [CONNECTIONS]` prints the figures. It is no part of `make bench`.
"""

import argparse
import itertools
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import numpy as np

from bench.serving import Load, our_server

_CLIENTS = 8
LONG = {
    "50,000 full stops": "." * 50_000,
    "19,000 sentences": "A b. " * 19_000,
    "16,000 genes": "BRCA1 " * 16_000,
}
"""Texts that take a model long."""
_TEXT = "Tamoxifen lowers the risk of breast cancer in BRCA2 carriers, but may cause thrombosis."


@contextmanager
def half_open(address: str, wanted: int) -> Iterator[None]:
    """Keep that many connections open that never send a whole request; open closed ones again."""
    host, port = address.removeprefix("http://").split(":")
    ended, opened = threading.Event(), itertools.count()

    def hold(share: int) -> None:
        held: list[socket.socket] = []
        while not ended.wait(1):
            for connection in list(held):
                try:
                    connection.send(b"x")
                except OSError:
                    connection.close()
                    held.remove(connection)
            while len(held) < share and not ended.is_set():
                with suppress(OSError):
                    held.append(socket.create_connection((host, int(port)), timeout=1))
                    held[-1].send(b"POST /annotate HTTP/1.1\r\nHost: x\r\nX: ")
                    next(opened)
        for connection in held:
            connection.close()

    threads = [threading.Thread(target=hold, args=(wanted // 4,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(2)
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()
        print(f"half-open connections opened in all: {next(opened):,}")


@contextmanager
def reading(address: str, name: str, text: str) -> Iterator[None]:
    """Let the server read a long text during a block; print how long it took in all."""

    def ask() -> None:
        began = time.perf_counter()
        answer = httpx.post(
            f"{address}/annotate", json={"texts": [text]}, timeout=300, trust_env=False
        )
        seconds = time.perf_counter() - began
        print(f"{name}: status {answer.status_code} after {seconds:.1f} s")

    long = threading.Thread(target=ask)
    long.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        long.join()


def waiting(load: Load) -> str:
    """Return how long some clients waited."""
    p50, p95 = (1000 * np.quantile(load.answered, q) for q in (0.5, 0.95))
    return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, {len(load.answered)} answers"


def main() -> None:
    """Measure throughput with and without half-open connections, and short beside long requests."""
    parser = argparse.ArgumentParser(prog="python -m bench.half_open", description=main.__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("connections", nargs="?", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args()
    with our_server(options.model) as server:
        texts = [f"{_TEXT} {number}" for number in range(50)]
        server.load(texts, _CLIENTS, 2)
        alone: Load = server.load(texts, _CLIENTS, options.seconds)
        print(f"without: {alone}; statuses {dict(alone.statuses)}")
        with half_open(server.address, options.connections):
            beside = server.load(texts, _CLIENTS, options.seconds)
        print(f"with {options.connections:,} half-open: {beside}; statuses {dict(beside.statuses)}")

        print(f"short requests alone: {waiting(server.load(texts, 1, options.seconds))}")
        for name, text in LONG.items():
            with reading(server.address, name, text):
                short = server.load(texts, 1, options.seconds)
            print(f"short requests beside {name}: {waiting(short)}")


if __name__ == "__main__":
    main()
