"""Clients that open connections and are slow, before a real server in a process of its own."""

import json
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import httpx
import pytest

from sru_ner.serving.connections import most_connections

MOST = 20
ARRIVAL = 1.0
SERVER = f"""
import asyncio, sys
from fastapi import FastAPI, Request, Response
from sru_ner.serving.server import listen, run, url_of
app = FastAPI()

@app.get("/")
async def root(seconds: float = 0, size: int = 0):
    await asyncio.sleep(seconds)
    return Response(b"x" * size)

@app.post("/")
async def echo(request: Request):
    return Response(await request.body())

with listen("127.0.0.1", 0) as listening:
    run(app, listening, ready=lambda: print(url_of(listening), flush=True),
        connections={MOST}, arrival={ARRIVAL}, grace=1)
"""


@contextmanager
def running(log: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run the server; what it wrote to stderr at its end has to be `log`."""
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.address = process.stdout.readline().strip()  # type: ignore[attr-defined]
        try:
            yield process
            process.terminate()
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
        assert process.returncode == 0
        assert errors == log


@pytest.fixture(scope="module")
def server() -> Iterator[subprocess.Popen[str]]:
    # Whatever clients do, the log does not grow.
    with running() as process:
        yield process


def connected(server) -> socket.socket:
    host, port = server.address.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def answer_of(connection: socket.socket) -> str:
    content = b""
    while piece := connection.recv(65536):
        content += piece
    return content.decode()


def test_half_open_connections_do_not_keep_others_out(server):
    with ExitStack() as stack:
        for _ in range(10 * MOST):
            stack.enter_context(connected(server)).sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        for _ in range(5):
            assert httpx.get(server.address, timeout=5).status_code == 200


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET / HTTP/1.1\r\nHost: x\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf",
    ],
    ids=["nothing", "half a head", "half a body"],
)
@pytest.mark.parametrize("drip", [False, True])
def test_a_request_that_does_not_arrive_is_ended(server, begun, drip):
    with connected(server) as connection:
        began = time.monotonic()
        connection.sendall(begun)
        for _ in range(3 * drip):
            time.sleep(ARRIVAL / 4)
            connection.sendall(b"x")
        head, _, body = answer_of(connection).partition("\r\n\r\n")
        assert head.startswith("HTTP/1.1 408 ")
        assert "not complete after 1 s" in json.loads(body)["detail"]
        assert ARRIVAL * 0.9 < time.monotonic() - began < ARRIVAL + 3
    assert httpx.get(server.address).status_code == 200


def test_whoever_waits_for_an_answer_is_not_ended(server):
    answer = httpx.get(server.address, params={"seconds": 2 * ARRIVAL, "size": 3}, timeout=10)
    assert answer.text == "xxx"


def test_a_connection_is_used_again_and_has_its_time_for_each_request(server):
    with httpx.Client(base_url=server.address) as client:
        for _ in range(4):
            assert client.post("/", content=b"some").content == b"some"
            time.sleep(0.4 * ARRIVAL)
    with connected(server) as connection:
        get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
        connection.sendall(get + get + get[:-9])  # two requests and a half
        assert answer_of(connection).count("HTTP/1.1 200 OK") == 2


def test_when_all_are_busy_the_next_is_told_so(server):
    with ExitStack() as stack:
        for _ in range(MOST):
            busy = stack.enter_context(connected(server))
            busy.sendall(b"GET /?seconds=3 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
        refused = httpx.get(server.address)
        assert refused.status_code == 503
        assert "too many connections" in refused.json()["detail"]
        assert refused.headers["Retry-After"]
        assert answer_of(busy).startswith("HTTP/1.1 200 ")


def test_whoever_does_not_read_the_answer_is_left(server):
    with connected(server) as connection:
        connection.sendall(b"GET /?size=50000000 HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(ARRIVAL + 1)
        read = 0
        with suppress(ConnectionResetError):
            while piece := connection.recv(2**20):
                read += len(piece)
    assert read < 50_000_000


def test_at_the_end_of_the_grace_period_the_rest_gets_503():
    line = "ERROR:    Cancel 1 running task(s), timeout graceful shutdown exceeded\n"
    with running(line) as server:
        connection = connected(server)
        connection.sendall(b"GET /?seconds=60 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        time.sleep(0.3)
    with connection:
        head, _, body = answer_of(connection).partition("\r\n\r\n")
    assert head.startswith("HTTP/1.1 503 ")
    assert "the server ends" in json.loads(body)["detail"]


def test_nonsense_fills_no_log(server):
    for _ in range(20):
        with connected(server) as connection:
            connection.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
            assert answer_of(connection).startswith("HTTP/1.1 400 ")


def test_there_are_no_more_connections_than_files_may_be_open():
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        assert most_connections(1000) == 192
        assert most_connections(10) == 10
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
