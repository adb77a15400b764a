"""Throughput compared with that of the encoder alone, spaCy, flair and GLiNER.

Every side has a process of its own. All read the same sentences, in turns. The peers are installed
once, into `.cache/peers`, with the versions of `peers.txt`.
"""

import json
import subprocess
import sys
import venv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console

from bench.material import Material
from bench.peer import BATCH
from bench.report import Row, at_least, not_measured, shown
from bench.timing import environment
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import SruNerError
from sru_ner.files import write_text
from sru_ner.model.configuration import SruNerConfig
from sru_ner.model.encoder import locate_encoder
from sru_ner.model.labels import type_name
from sru_ner.text.sentences import split_sentences

REQUIREMENTS = Path(__file__).with_name("peers.txt")
_SCRIPT = Path(__file__).with_name("peer.py")
_PEERS = {
    "spacy": "spaCy, blank NER of the size of en_core_web_sm",
    "flair": "flair, SequenceTagger on the same encoder",
    "gliner": "GLiNER, span model on the same encoder",
}
_MUST_BE_BEHIND = ("flair", "gliner")


def measure(
    material: Material,
    model: Path,
    scratch: Path,
    *,
    folder: Path = Path(".cache/peers"),
    abstracts: int = 5_000,
    parts: int = 30,
    peer_parts: int = 3,
) -> Iterator[Row]:
    """Compare our throughput with the encoder's on all abstracts, and with the peers' on some.

    abstracts: about nine sentences each, repeated if there are fewer. They are read in `parts`,
    which the sides take in turns; the peers read the first `peer_parts`.
    folder: the peers' environment.
    """
    work = scratch / "peers.json"
    texts = material.abstracts(abstracts)
    cut = [texts[i * len(texts) // parts : (i + 1) * len(texts) // parts] for i in range(parts)]
    sentences = [[t[s:e] for t in part for s, e in split_sentences(t)] for part in cut]
    labels = SruNerConfig.from_pretrained(str(model)).labels
    content = {
        "model": str(model.resolve()),
        "encoder": locate_encoder(EMBEDDED_ENCODER),
        "labels": sorted({type_name(label) for label in labels}),
        "parts": sentences,
    }
    write_text(work, json.dumps(content))
    count = sum(map(len, sentences))
    about = f"{material}: {count} sentences of {len(texts)} abstracts, {BATCH} a batch"
    unmeasured: dict[str, str] = {}
    with ExitStack() as stack:
        sides = {name: stack.enter_context(_Side(name, work)) for name in ("ours", "encoder")}
        try:
            python = peer_python(folder)
        except SruNerError as error:
            unmeasured = dict.fromkeys(_PEERS, str(error))
        else:
            for name in _PEERS:
                try:
                    sides[name] = stack.enter_context(_Side(name, work, python))
                except SruNerError as error:
                    unmeasured[name] = str(error)
        rates = _rates(sides, list(map(len, sentences)), dict.fromkeys(_PEERS, peer_parts))
    alone = [a / b for a, b in zip(rates["ours"], rates["encoder"], strict=True)]
    yield at_least(
        f"annotation of {len(texts)} abstracts, from strings to spans",
        median(alone),
        0.8,
        "× the throughput of tokenizer + encoder alone",
        f"{about}; {_said(rates, 'ours')}, encoder {_said(rates, 'encoder')}",
    )
    for name, title in _PEERS.items():
        if name in unmeasured:
            yield not_measured(f"annotation, against {title}", unmeasured[name])
            continue
        ratio = median(a / b for a, b in zip(rates["ours"], rates[name], strict=False))
        given = f"{_said(rates, 'ours')}, {name} {_said(rates, name)} (medians of parts); {about}"
        row = f"annotation, against {title}", ratio
        unit = "× its throughput"
        yield (
            at_least(*row, 1, unit, given) if name in _MUST_BE_BEHIND else shown(*row, unit, given)
        )


def _rates(
    sides: "Mapping[str, _Side]", sizes: Sequence[int], fewer: Mapping[str, int]
) -> dict[str, list[float]]:
    """Measure the sentences per second of each side, for each part that it reads."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    for part, size in enumerate(sizes):
        for name, side in sides.items():
            if part < fewer.get(name, len(sizes)):
                rates[name].append(size / side.read(part))
    return rates


def _said(rates: Mapping[str, Sequence[float]], name: str) -> str:
    low, high = min(rates[name]), max(rates[name])
    return f"{median(rates[name]):.0f} sentences/s ({low:.0f} to {high:.0f})"


class _Side:
    """A process of `peer.py`. Raises `SruNerError` if the side does not start."""

    def __init__(self, name: str, work: Path, python: Path | None = None) -> None:
        self._name = name
        self._log = work.with_name(f"{name}.log")
        # A pipe for errors would fill up: it is not read before the end.
        with self._log.open("w", encoding="utf-8") as errors:
            self._process = subprocess.Popen(
                # -P: modules of the script's folder must not hide those of libraries.
                [str(python or sys.executable), "-P", str(_SCRIPT), name, str(work)],
                env=environment(ours=python is None),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        while (line := self._line()) != "ready":  # what a library prints comes before
            if not line and self._process.poll() is not None:
                raise self._failure()

    def __enter__(self) -> "_Side":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._process.kill()
        self._process.communicate()

    def read(self, part: int) -> float:
        """Let the side read a part, and return the seconds it took."""
        assert self._process.stdin is not None
        print(part, file=self._process.stdin, flush=True)
        line = self._line()
        if not line:
            raise self._failure()
        answer: dict[str, Any] = json.loads(line)
        return float(answer["seconds"])

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def _failure(self) -> SruNerError:
        lines = self._log.read_text(encoding="utf-8").strip().splitlines()
        return SruNerError(f"{self._name}: {lines[-1] if lines else 'ended'}")


def peer_python(folder: Path, requirements: Path | None = None) -> Path:
    """Return the Python of the peers' environment, made anew if its requirements have changed.

    requirements: file with the packages; None means `peers.txt`. Raises `SruNerError` if a package
    cannot be installed.
    """
    requirements = requirements or REQUIREMENTS
    python, mark = folder / "bin/python", folder / "installed.txt"
    wanted = requirements.read_text(encoding="utf-8")
    if not mark.is_file() or mark.read_text(encoding="utf-8") != wanted:
        message = f"installing the packages of {requirements.name} into {folder} (minutes)"
        Console(stderr=True).print(message)
        venv.create(folder, with_pip=True, clear=True)
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
