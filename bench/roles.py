"""How long five kinds of users need from an install to a result: `python -m bench.roles`.

Writes `reports/first_contact.md`, with the commands. It takes about ten minutes on 2 quiet cores
and is no part of `make bench`. Texts are synthetic, the model is the released one, and nothing uses
the network.
"""

import json
import re
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import torch

from bench.report import commit_of
from bench.timing import environment
from sru_ner.corpora.synthetic.generate import generate_more, write_corpus
from sru_ner.environment.machine import describe_environment
from sru_ner.files import write_text
from sru_ner.rendering.markdown import markdown_table

ROOT = Path(__file__).resolve().parents[1]
_ANNOTATED, _WANTED = 500, 10_000  # abstracts: measured, and told of
_PORT = 18_732
_FIT_MINUTES = 3
PYTHON = """
import pandas as pd
from sru_ner import Annotator

ner = Annotator.load()
texts = pd.read_json("abstracts.jsonl", lines=True)["text"].head(100)
print(ner.to_frame(texts))
"""


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a user, and what it took."""

    role: str
    command: str
    seconds: float
    note: str = ""


def main() -> None:
    """Measure all roles and write the report."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        write_corpus("synthetic_full", place / "corpus")
        abstracts = islice(generate_more("synthetic_full", "test"), _ANNOTATED)
        lines = (json.dumps({"id": a.document_id, "text": a.text}) + "\n" for a in abstracts)
        write_text(place / "abstracts.jsonl", "".join(lines))
        write_text(place / "use.py", PYTHON)
        steps = [*annotating(place), *fitting(place), *in_python(place)]
        steps += [*operating(place), *reviewing(place)]
    write_text(ROOT / "reports/first_contact.md", as_markdown(steps))
    print("reports/first_contact.md")


def annotating(place: Path) -> list[Step]:
    """Annotate a word, then many abstracts."""
    role = "annotate 10,000 abstracts"
    first = run(
        place, role, "echo 'Aspirin relieves headache.' | sru-ner annotate -", "first answer"
    )
    many = run(place, role, "sru-ner annotate abstracts.jsonl --to parquet --output found.parquet")
    whole = many.seconds * _WANTED / _ANNOTATED / 60
    note = f"{_ANNOTATED} abstracts; {_WANTED:,} would take {whole:.0f} min (extrapolated)"
    return [first, Step(role, many.command, many.seconds, note)]


def fitting(place: Path) -> list[Step]:
    """Make a model of a corpus of one's own."""
    role = "own corpus to a model"
    made = run(
        place, role, f"sru-ner fit corpus -o mine --minutes {_FIT_MINUTES}", "with its report"
    )
    used = run(place, role, "sru-ner annotate abstracts.jsonl --model mine --output mine.jsonl")
    return [made, used]


def in_python(place: Path) -> list[Step]:
    """Annotate a column of a DataFrame."""
    return [run(place, "Python", "python use.py", "100 abstracts into a DataFrame")]


def operating(place: Path) -> list[Step]:
    """Start a server, and ask it."""
    role, command = "operator", f"sru-ner serve --port {_PORT}"
    address = f"http://127.0.0.1:{_PORT}"
    began = time.perf_counter()
    with (place / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "sru_ner", *shlex.split(command)[1:]],
            cwd=place,
            env=environment(),
            stdout=log,
            stderr=log,
        )
    try:
        while True:
            assert server.poll() is None, (place / "serve.log").read_text()
            try:
                httpx.get(f"{address}/ready", trust_env=False).raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        ready = time.perf_counter() - began
        began = time.perf_counter()
        body = {"texts": ["Aspirin relieves headache."]}
        for _ in range(100):
            httpx.post(f"{address}/annotate", json=body, trust_env=False).raise_for_status()
        asked = time.perf_counter() - began
    finally:
        server.terminate()
        server.wait()
    return [
        Step(role, command, ready, "until it is ready"),
        Step(role, f"POST {address}/annotate", asked, "100 requests, one after the other"),
    ]


def reviewing(place: Path) -> list[Step]:
    """Score the model on gold, and draw a sample for people."""
    role = "reviewer"
    return [
        run(
            place,
            role,
            "sru-ner annotate corpus/test.pubtator --to pubtator --output test.pubtator",
        ),
        run(place, role, "sru-ner score corpus/test.pubtator test.pubtator", "with intervals"),
        run(place, role, "sru-ner judge sample abstracts.jsonl -o sample --items 100", "two pages"),
    ]


def run(place: Path, role: str, command: str, note: str = "") -> Step:
    """Run a command of a user in a shell; raises `SystemExit` with its output if it fails."""
    print(f"{role}: {command}", flush=True)
    path = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    began = time.perf_counter()
    done = subprocess.run(
        ["/bin/bash", "-c", command],
        cwd=place,
        env={**environment(), **path, "SRU_NER_MODEL": str(released()), "SRU_NER_OFFLINE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{command}\n{done.stdout}{done.stderr}")
    return Step(role, command, seconds, note)


def released() -> Path:
    """Return the folder of the released model."""
    (folder,) = (ROOT / "models/released").iterdir()
    return folder


def as_markdown(steps: Sequence[Step]) -> str:
    """Return the report."""
    machine = describe_environment(torch.device("cpu"))
    processor = re.sub(r"\s+", " ", machine["device"])
    rows = [[s.role, f"`{s.command}`", f"{s.seconds:.1f}", s.note] for s in steps]
    return (
        "# From an install to a result\n\n"
        f"`python -m bench.roles` on 2 threads, {processor}, commit {commit_of(machine)}. Texts are"
        " synthetic, the model is the released one. Times include the start of the program.\n\n"
        + markdown_table(["who", "command", "seconds", "what"], rows)
    )


if __name__ == "__main__":
    main()
