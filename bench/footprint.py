"""The first answer of a fresh process, and the memory that annotation takes."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.material import Material
from bench.report import Row, at_most
from bench.timing import environment, in_fresh_process, in_turns, megabytes, peak_memory
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
    given = {"env": environment(), "check": True, "capture_output": True}
    sides = {
        name: partial(subprocess.run, [sys.executable, "-c", program, str(model)], **given)
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
