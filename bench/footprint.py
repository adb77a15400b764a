"""The first answer of a fresh process, and the memory that annotation takes."""

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.material import Material
from bench.report import Row, at_most
from bench.timing import environment, in_turns, megabytes
from sru_ner.text.sentences import split_sentences

_FIRST = (
    "from sru_ner import Annotator; import sys;"
    "print(len(Annotator.load(sys.argv[1])('Aspirin may cause gastric ulcers.')))"
)

_PEAK = """
import json, sys
from bench.timing import peak_memory
from sru_ner import Annotator

with peak_memory() as peak:
    for _ in Annotator.load(sys.argv[1], device="cpu").annotate(map(json.loads, sys.stdin)):
        pass
print(peak.resident)
"""
"""Prints the highest resident memory in bytes. It imports what a script of a user imports."""


def measure(
    material: Material, model: Path, *, abstracts: int = 1_000, repeats: int = 5
) -> Iterator[Row]:
    """Time the first answer of a new process, and measure peak memory over abstracts."""
    run = partial(subprocess.run, env=environment(), check=True, capture_output=True)
    sides = {
        name: partial(run, [sys.executable, "-c", program, str(model)])
        for name, program in {"answer": _FIRST, "torch": "import torch"}.items()
    }
    in_turns(sides, 1)
    times = in_turns(sides, repeats)
    yield at_most(
        "first answer of a fresh process",
        times["answer"].median,
        6,
        "s",
        f"import, load, annotate a sentence: {times['answer']}; importing torch alone:"
        f" {times['torch']}; files in the system's cache",
    )
    texts = material.abstracts(abstracts)
    sentences = [text[start:end] for text in texts for start, end in split_sentences(text)]
    lines = "".join(f"{json.dumps(sentence)}\n" for sentence in sentences)
    peak = int(run([sys.executable, "-c", _PEAK, str(model)], input=lines.encode()).stdout)
    yield at_most(
        "annotation, peak memory of the process",
        peak / 1e6,
        600,
        "MB",
        f"{megabytes(peak)}; {material}: {len(sentences)} sentences of {len(texts)} abstracts",
    )
