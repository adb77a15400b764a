"""Throughput of `sru-ner serve` and `mlflow models serve` with the same model on this machine."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import numpy as np

from bench.annotation import raw_texts
from bench.material import Material
from bench.report import Row, at_least, shown
from bench.timing import THREADS
from sru_ner.errors import SruNerError

CLIENTS = (1, 8, 32)
"""Numbers of clients. Each sends its next request when the last one is answered."""
_OVERLOAD = 64
_MAX_WAITING = 20_000  # characters: about 15 abstracts
_KEPT = 0.8
_START = 180  # seconds that a server may take to come up


@dataclass(slots=True)
class Load:
    """Statuses and waiting times that some clients saw."""

    clients: int
    seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)
    """Seconds to each answer."""
    refused: list[float] = field(default_factory=list)
    """Seconds to each refusal."""

    @property
    def throughput(self) -> float:
        """Answers per second."""
        return len(self.answered) / self.seconds

    def __str__(self) -> str:
        p50, p99 = (1000 * np.quantile(self.answered, q) for q in (0.5, 0.99))
        return (
            f"{self.clients} at a time: {self.throughput:.1f} requests/s,"
            f" p50 {p50:.0f} ms, p99 {p99:.0f} ms"
        )


def measure(
    material: Material, model: Path, scratch: Path, *, texts: int = 100, seconds: float = 10
) -> Iterator[Row]:
    """Measure throughput and latency of both servers, then of ours under too many requests.

    texts: number of different abstracts, sent one a request. seconds: duration of each load.
    """
    bodies = raw_texts(material, 9 * texts)
    size = f"{material}, an abstract a request ({np.mean([len(b) for b in bodies]):.0f} characters)"
    with our_server(model) as ours, mlflow_server(model, scratch) as theirs:
        servers = {"sru-ner serve": ours, "mlflow models serve": theirs}
        for server in servers.values():
            server.load(bodies, CLIENTS[-1], seconds / 4)
        for clients in CLIENTS:
            # In turns: an idle server takes no processor time from the other.
            loads = {
                name: server.load(bodies, clients, seconds) for name, server in servers.items()
            }
            for name, load in loads.items():
                yield shown(
                    f"serving, {name}, clients: {clients}",
                    load.throughput,
                    "requests/s",
                    f"{load}; {size}; {seconds:g} s",
                )
    yield shown(
        f"serving, {CLIENTS[-1]} clients, common batches",
        loads["sru-ner serve"].throughput / loads["mlflow models serve"].throughput,
        "× the throughput of mlflow models serve",
        "; ".join(f"{name}, {load}" for name, load in loads.items()),
    )
    with our_server(model, "--max-waiting", str(_MAX_WAITING)) as server:
        usual = server.load(bodies, CLIENTS[1], seconds)
        over = server.load(bodies, _OVERLOAD, seconds)
    refusals = 1000 * np.quantile(over.refused, 0.99) if over.refused else 0.0
    yield at_least(
        "serving beyond the limit, throughput",
        over.throughput / usual.throughput,
        _KEPT,
        f"× that with {CLIENTS[1]} clients",
        f"{_OVERLOAD} clients that come back when told to, {_MAX_WAITING:,} characters may wait:"
        f" statuses {dict(over.statuses)}; {over}; refused within {refusals:.0f} ms (p99); {size}",
    )


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers at an address."""

    address: str
    path: str

    def question(self, text: str) -> dict[str, Any]:
        """Make the body of a request in the form that this server takes."""
        if self.path == "/annotate":
            return {"texts": [text]}
        return {"dataframe_split": {"columns": ["text"], "data": [[text]]}}

    def load(self, texts: Sequence[str], clients: int, seconds: float) -> Load:
        """Let clients send texts repeatedly for some seconds.

        After a refusal a client waits as long as the server says. Raises `SruNerError` for a status
        that is neither an answer (200) nor a refusal (503).
        """
        found = Load(clients)
        asyncio.run(self._load(found, texts, seconds))
        if odd := set(found.statuses) - {200, 503}:
            raise SruNerError(
                f"{self.address} answers with status {', '.join(map(str, sorted(odd)))}"
            )
        return found

    async def _load(self, found: Load, texts: Sequence[str], seconds: float) -> None:
        bodies = cycle([self.question(text) for text in texts])
        limits = httpx.Limits(max_connections=None)
        async with httpx.AsyncClient(
            base_url=self.address, timeout=300, limits=limits, trust_env=False
        ) as client:
            began = time.perf_counter()

            async def one() -> None:
                while time.perf_counter() - began < seconds:
                    sent = time.perf_counter()
                    answer = await client.post(self.path, json=next(bodies))
                    taken = time.perf_counter() - sent
                    found.statuses[answer.status_code] += 1
                    (found.answered if answer.status_code == 200 else found.refused).append(taken)
                    if answer.status_code != 200:
                        await asyncio.sleep(float(answer.headers["Retry-After"]))

            await asyncio.gather(*(one() for _ in range(found.clients)))
            found.seconds = time.perf_counter() - began


@contextmanager
def our_server(model: Path, *options: str) -> Iterator[Server]:
    """Run `sru-ner serve` on a free port during a block."""
    command = [sys.executable, "-m", "sru_ner", "serve", str(model), "--port", "0", *options]
    with _running(command, {}) as process:
        assert process.stdout is not None
        found = re.match(r"http://\S+", process.stdout.readline())
        if not found:
            raise SruNerError(f"sru-ner serve did not start:\n{process.stdout.read()}")
        yield Server(found[0], "/annotate")


@contextmanager
def mlflow_server(model: Path, scratch: Path) -> Iterator[Server]:
    """Run `mlflow models serve` during a block, with the model logged to a store in `scratch`."""
    import mlflow  # noqa: PLC0415

    from sru_ner.tracking.logged_model import log_model  # noqa: PLC0415

    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(f"sqlite:///{scratch / 'serving.db'}")
    try:
        place = (scratch / "serving").as_uri()
        experiment = mlflow.create_experiment("serving", artifact_location=place)
        with mlflow.start_run(experiment_id=experiment):
            logged = mlflow.artifacts.download_artifacts(f"models:/{log_model(model, 'm', {})}")
    finally:
        mlflow.set_tracking_uri(before)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "mlflow", "models", "serve", "--model-uri", logged]
    command += ["--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)]
    with _running(command, {"MLFLOW_DISABLE_TELEMETRY": "true"}) as process:
        server = Server(f"http://127.0.0.1:{port}", "/invocations")
        deadline = time.monotonic() + _START
        while True:
            try:
                httpx.get(f"{server.address}/ping", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise SruNerError("mlflow models serve did not start") from None
                time.sleep(0.2)
        yield server


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    # MLflow starts uvicorn by its name.
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
        env={**os.environ, "PATH": commands, "OMP_NUM_THREADS": str(THREADS), **environment},
    )
    try:
        yield process
    finally:
        # MLflow's server is a child of the command. A server that did not start has no group.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
