"""MLflow and Prefect with their pages, in the background: `python -m flows.services start|stop`.

Both listen on 127.0.0.1. Their process numbers and logs are in `.services/`.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from flows.stages import ROOT
from sru_ner.errors import InputError, SruNerError
from sru_ner.files import read_json, write_json
from sru_ner.registry.store import tracking_uri

FOLDER = Path(".services")
"""Folder of process numbers and logs, relative to the project's."""
_START = 180  # seconds that a service may take to answer
_STOP = 15  # seconds that it may take to end


@dataclass(frozen=True, slots=True)
class Service:
    """A server with a page."""

    name: str
    command: Sequence[str]
    page: str
    health: str
    """Address that answers when the service is ready."""
    hint: str = ""
    """What to do to use it."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Environment variables of its process."""


def services(mlflow_port: int, prefect_port: int) -> list[Service]:
    """Return both services, on the given ports of 127.0.0.1."""
    mlflow, prefect = (f"http://127.0.0.1:{port}" for port in (mlflow_port, prefect_port))
    python = [sys.executable, "-m"]
    host = ["--host", "127.0.0.1", "--port"]
    store = ["--backend-store-uri", tracking_uri(ROOT)]
    return [
        Service(
            "mlflow",
            [*python, "mlflow", "server", "--workers", "1", *host, str(mlflow_port), *store],
            mlflow,
            f"{mlflow}/health",
            variables={"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"},
        ),
        Service(
            "prefect",
            [*python, "prefect", "server", "start", *host, str(prefect_port)],
            prefect,
            f"{prefect}/api/health",
            f"export PREFECT_API_URL={prefect}/api",
            # Where the page looks for the server; otherwise at the default port.
            {"PREFECT_SERVER_UI_API_URL": f"{prefect}/api"},
        ),
    ]


def start(service: Service, root: Path = ROOT, *, patience: float = _START) -> str:
    """Start a service unless it runs, wait until it answers, and return what to tell the user.

    Raises `InputError` with the end of its log if it ends, or does not answer in time.
    """
    process = running(service.name, root)
    if process is None:
        if _answers(service.health):
            raise InputError(
                f"{service.name}: another process answers at {service.page}",
                remedy="end it, or name another port",
            )
        log = root / FOLDER / f"{service.name}.log"
        log.parent.mkdir(exist_ok=True)
        with log.open("wb") as output:
            started = subprocess.Popen(
                service.command,
                cwd=root,
                env={**os.environ, **service.variables},
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        process = psutil.Process(started.pid)
        write_json(
            _record(service.name, root), {"pid": process.pid, "began": process.create_time()}
        )
        deadline = time.monotonic() + patience
        while not _answers(service.health):
            if started.poll() is not None or time.monotonic() > deadline:
                stop(service.name, root)
                end = "\n".join(log.read_text(errors="replace").splitlines()[-10:])
                raise InputError(f"{service.name} does not answer:\n{end}", path=log)
            time.sleep(0.2)
    return f"{service.name:8} {service.page}" + (f"    {service.hint}" if service.hint else "")


def stop(name: str, root: Path = ROOT) -> bool:
    """End a service with all that it started; return whether it ran."""
    process = running(name, root)
    if process is not None:
        family = [process, *process.children(recursive=True)]
        for number in (signal.SIGTERM, signal.SIGKILL):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, number)
            if not psutil.wait_procs(family, timeout=_STOP)[1]:
                break
    _record(name, root).unlink(missing_ok=True)
    return process is not None


def running(name: str, root: Path = ROOT) -> psutil.Process | None:
    """Return the process of a service that `start` started and that still runs."""
    record = _record(name, root)
    if not record.is_file():
        return None
    known = read_json(record, remedy=f"remove {record}")
    try:
        process = psutil.Process(known["pid"])
        # The system gives numbers of ended processes to others.
        same = process.create_time() == known["began"]
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except psutil.NoSuchProcess:
        return None


def _record(name: str, root: Path) -> Path:
    return root / FOLDER / f"{name}.json"


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=2):
            return True
    except (urllib.error.URLError, OSError):
        return False


def main() -> None:
    """Start or stop MLflow and Prefect."""
    parser = argparse.ArgumentParser(prog="python -m flows.services", description=main.__doc__)
    parser.add_argument("action", choices=["start", "stop"])
    parser.add_argument("--mlflow-port", type=int, default=5000)
    parser.add_argument("--prefect-port", type=int, default=4200)
    arguments = parser.parse_args()
    both = services(arguments.mlflow_port, arguments.prefect_port)
    try:
        for service in both:
            if arguments.action == "start":
                print(start(service), flush=True)
            else:
                print(f"{service.name:8} {'ended' if stop(service.name) else 'was not running'}")
    except SruNerError as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main()
