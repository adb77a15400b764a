"""A real server on loopback."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
from torch.nn import Identity


class Server:
    """A running command of the package that serves HTTP."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sru_ner", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert self.process.stdout is not None
        first = self.process.stdout.readline()
        found = re.match(r"http://\S+", first)
        if not found:
            raise AssertionError(self.process.communicate(timeout=30)[1])
        self.address = found[0]

    def end(self) -> tuple[int, str]:
        """Ask the server to end; its status and what it wrote to stderr."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60), self.process.communicate(timeout=30)[1]


@contextmanager
def serving(*arguments: str) -> Iterator[Server]:
    server = Server(*arguments)
    try:
        yield server
    finally:
        server.end()


@pytest.fixture(scope="session")
def serve() -> Callable[..., object]:
    """Context manager of a server, from the arguments of `sru-ner`."""
    return serving


@pytest.fixture(scope="module")
def address(tiny_model: Path) -> Iterator[str]:
    """Address of a server that takes 2,000 characters a request."""
    with serving("serve", str(tiny_model), "--port", "0", "--max-characters", "2000") as server:
        yield server.address


class SlowAnnotator:
    """Answers when it is let; every text has one mention, the text itself."""

    types = ("Chemical",)
    model = SimpleNamespace(encoder=Identity(), sru=SimpleNamespace())

    def __init__(self) -> None:
        self.let, self.batches, self.options = threading.Event(), [], []

    def checked_overlaps(self, overlaps):
        return overlaps or "all"

    def checked_style(self, style):
        return style or "any"

    def annotate(self, texts, options=None, **given):
        from sru_ner.inference.spans import AnnotatedSpan

        texts = list(texts)
        self.batches.append(texts)
        self.options.append(options)
        assert self.let.wait(30)
        if "broken" in texts:
            raise RuntimeError("the model broke")
        return [[AnnotatedSpan(0, len(t), t, "Chemical", 0.9, ("Chemical",))] for t in texts]


@pytest.fixture
def slow() -> SlowAnnotator:
    return SlowAnnotator()
