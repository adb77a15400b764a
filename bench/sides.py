"""Other tools in an environment of their own, and sides of a comparison that read in turns."""

import json
import subprocess
import sysconfig
import venv
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from sru_ner.errors import SruNerError
from sru_ner.files import write_text

PEERS = Path(__file__).with_name("peers.txt")
"""Packages of the tools that find mentions."""


class Side:
    """A process that prints `ready` and then answers numbers of parts with JSON objects.

    Raises `SruNerError` if it does not start.
    """

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str]) -> None:
        """Start the process. log: file for its errors. env: environment variables."""
        self._log = log
        # A pipe for errors would fill up: it is not read before the end.
        with self._log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                command,
                env=env,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        while (line := self._line()) != "ready":  # what a library prints comes before
            if not line and self._process.poll() is not None:
                raise self._failure()

    def __enter__(self) -> "Side":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._process.kill()
        self._process.communicate()

    def read(self, part: int) -> dict[str, Any]:
        """Let the side read a part, and return its answer."""
        assert self._process.stdin is not None
        print(part, file=self._process.stdin, flush=True)
        line = self._line()
        if not line:
            raise self._failure()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _failure(self) -> SruNerError:
        lines = self._log.read_text(encoding="utf-8").strip().splitlines()
        return SruNerError(f"{self._log.stem}: {lines[-1] if lines else 'ended'}")


def peer_python(
    folder: Path = Path(".cache/peers"), requirements: Path = PEERS, *, ours: bool = False
) -> Path:
    """Return the Python of the peers' environment, made anew if its requirements have changed.

    requirements: file with the packages. ours: whether it also has the packages of this
    environment. Raises `SruNerError` if a package cannot be installed.
    """
    python, mark = folder / "bin/python", folder / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
        message = f"installing the packages of {requirements.name} into {folder} (minutes)"
        Console(stderr=True).print(message)
        venv.create(folder, with_pip=True, clear=True)
        if ours:
            own = next(folder.glob("lib/python*/site-packages")) / "ours.pth"
            own.write_text(sysconfig.get_path("purelib"), encoding="utf-8")
        command = [str(python), "-m", "pip", "install", "--progress-bar", "off"]
        command += ["-r", str(requirements)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            lines = done.stderr.strip().splitlines()
            reason = next((line for line in lines if "ERROR" in line), lines[-1] if lines else "")
            raise SruNerError(f"the peers cannot be installed: {reason}")
        write_text(mark, wanted)
    # Not resolved: Python knows its virtual environment by the link that it is started through.
    return python.absolute()
