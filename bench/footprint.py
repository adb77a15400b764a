"""The first answer of a fresh process, and the memory that annotation takes."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median

from bench.material import Material
from bench.report import Row, at_most
from bench.timing import environment, in_fresh_process, megabytes, peak_memory, timed
from sru_ner.inference.annotator import Annotator
from sru_ner.text.sentences import split_sentences

_FIRST = (
    "from sru_ner import Annotator; import sys;"
    "print(len(Annotator.load(sys.argv[1])('Aspirin may cause gastric ulcers.')))"
)


def measure(
    material: Material, model: Path, *, abstracts: int = 1_000, repeats: int = 5
) -> Iterator[Row]:
    """Time the first answer of a new process, and measure peak memory over abstracts."""
    command = [sys.executable, "-c", _FIRST, str(model)]
    given = {"env": environment(), "check": True, "capture_output": True}
    seconds = [timed(partial(subprocess.run, command, **given))[0] for _ in range(repeats + 1)]
    yield at_most(
        "first answer of a fresh process",
        median(seconds[1:]),
        6,
        "s",
        f"import, load, annotate a sentence: {min(seconds):.1f} to {max(seconds):.1f} s in"
        f" {repeats} runs and one before, files in the system's cache",
    )
    texts = material.abstracts(abstracts)
    sentences = [text[start:end] for text in texts for start, end in split_sentences(text)]
    peak = in_fresh_process(_peak, model, sentences)
    yield at_most(
        "annotation, peak memory of the process",
        peak / 1e6,
        600,
        "MB",
        f"{megabytes(peak)}; {material}: {len(sentences)} sentences of {len(texts)} abstracts",
    )


def _peak(model: Path, sentences: list[str]) -> int:
    """Annotate sentences and return the highest resident memory in bytes."""
    with peak_memory() as peak:
        for _ in Annotator.load(str(model), device="cpu").annotate(sentences):
            pass
    return peak.resident
