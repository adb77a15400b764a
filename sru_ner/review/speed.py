"""Speed and size of models, measured side by side in one run on this machine.

The texts are synthetic, so they are the same everywhere. The models take turns, and the median of
the rounds counts.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from sru_ner.corpora.synthetic.generate import generate_more
from sru_ner.inference.annotator import Annotator
from sru_ner.inference.model_files import files_of_model
from sru_ner.text.words import split_words

ROUNDS, TEXTS = 5, 12
"""Rounds in which each model annotates each text."""
_SOURCE = "synthetic_full"
_MEGA = 1_000_000


@dataclass(frozen=True, slots=True)
class Speed:
    """Speed and size of one model."""

    milliseconds: float
    """Time for one abstract on its own."""
    words_per_second: float
    """Of abstracts that are annotated together."""
    megabytes: float
    """Size of its files, in 10⁶ bytes."""


def measure(models: Mapping[str, Path], *, rounds: int = ROUNDS) -> dict[str, Speed]:
    """Measure some models, each a folder in Hugging Face form; names stay as they are.

    Raises `InputError` for a folder without a whole model.
    """
    texts = [document.text for document in islice(generate_more(_SOURCE, "test"), TEXTS)]
    words = sum(len(split_words(text)) for text in texts)
    annotators = {name: Annotator.load(folder) for name, folder in models.items()}
    alone: dict[str, list[float]] = {name: [] for name in models}
    together: dict[str, list[float]] = {name: [] for name in models}
    for number in range(rounds + 1):
        for name, annotator in annotators.items():
            one = _seconds(annotator, texts[number % TEXTS : number % TEXTS + 1])
            all_ = _seconds(annotator, texts)
            if number:  # the first round warms up
                alone[name].append(one)
                together[name].append(all_)
    return {
        name: Speed(
            milliseconds=1000 * median(alone[name]),
            words_per_second=words / median(together[name]),
            megabytes=_size(folder) / _MEGA,
        )
        for name, folder in models.items()
    }


def _seconds(annotator: Annotator, texts: list[str]) -> float:
    begin = time.perf_counter()
    for _ in annotator.annotate(texts):
        pass
    return time.perf_counter() - begin


def _size(folder: Path) -> int:
    files = files_of_model(folder)
    return sum(file.stat().st_size for file in files)
