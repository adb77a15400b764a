"""The cost of logging a training to MLflow while it runs."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from bench.material import Material
from bench.report import Row, at_most, shown
from bench.timing import in_fresh_process
from sru_ner.dataset.corpus import Corpus
from sru_ner.layout import SuiteLayout
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.tracking.live import live_run
from sru_ner.tracking.live_messages import Beginning
from sru_ner.training.experiment import train_experiment


@dataclass(frozen=True, slots=True)
class _Cost:
    """Seconds of a training."""

    wall: float
    """From the first to the last epoch, without loading."""
    processor: float
    """Of the process that trains."""
    logging: float
    """Of the processor, of the process that logs; 0 without one."""


def measure(
    material: Material, scratch: Path, *, pairs: int = 3, epochs: int = 4, sequences: int = 640
) -> Iterator[Row]:
    """Compare a training with one that is logged, in turns, each in a process of its own.

    Each pair begins with the other side. An epoch reads `sequences`.
    """
    root = scratch / "tracked"
    root.mkdir(exist_ok=True)
    given = (material, root, epochs, sequences)
    # The store is made, and the sequences are tokenised, before anything is timed.
    in_fresh_process(_train, *given, True)
    costs: dict[bool, list[_Cost]] = {False: [], True: []}
    for pair in range(pairs):
        for tracked in (False, True) if pair % 2 else (True, False):
            costs[tracked].append(in_fresh_process(_train, *given, tracked))
    both = list(zip(costs[True], costs[False], strict=True))
    wall = [logged.wall / plain.wall for logged, plain in both]
    processor = [logged.processor / plain.processor for logged, plain in both]
    plain = median(cost.wall for cost in costs[False])
    what = f"{epochs} epochs of {sequences} sequences, {material}, a local store, {pairs} pairs"
    yield at_most(
        "training that is logged to MLflow, against one that is not",
        median(wall),
        1.01,
        "× the time",
        f"{what}: {min(wall):.3f} to {max(wall):.3f}; a training takes {plain:.0f} s",
    )
    yield shown(
        "processor time of a training that is logged to MLflow",
        median(processor),
        "× that of one that is not",
        f"{min(processor):.3f} to {max(processor):.3f}, without the process that logs: with the"
        f" lowest priority, it took {median(c.logging for c in costs[True]):.1f} s of a processor",
    )


def _train(material: Material, root: Path, epochs: int, sequences: int, tracked: bool) -> _Cost:
    os.chdir(root)
    settings = ExperimentSettings(
        sources=material.sources,
        epochs=epochs,
        epoch_sequences=sequences,
        patience=epochs,
        max_subwords=128,
        precision="fp32",
    )
    corpora = {source: Corpus(material.data, source) for source in material.sources}
    layout = SuiteLayout("bench", root)
    begin = Beginning(str(root), "bench", "bench", "tracked", settings.model_dump(mode="json"), {})
    with ExitStack() as stack:
        callbacks = (
            stack.enter_context(live_run(begin, layout.model("tracked"), lambda line: None))
            if tracked
            else []
        )
        began = time.process_time()
        figures = train_experiment("tracked", settings, layout, corpora, callbacks=callbacks)
        processor = time.process_time() - began
        children = psutil.Process().children()
        used = [each.cpu_times() for each in children if "live_process" in " ".join(each.cmdline())]
        logging = sum(times.user + times.system for times in used)
    return _Cost(figures["seconds"], processor, logging)
