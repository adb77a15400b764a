"""The cost of data in training: preparing it again, waiting for a batch, worker processes."""

import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median

import torch
from torch.optim import AdamW
from torch.utils.data import DataLoader

from bench.learner import BATCH, Learner, new_learner
from bench.material import Material
from bench.report import Row, at_least, at_most
from bench.timing import timed
from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.sampling import EqualSourceBatches


def measure(material: Material, *, repeats: int = 7) -> Iterator[Row]:
    """Yield three figures on all sources of the material.

    Times are medians; the two sides of a ratio take turns.
    """
    with tempfile.TemporaryDirectory() as folder:
        learner = new_learner(material, Path(folder, "first"))
        yield _second_run(material, learner, Path(folder, "again"), repeats)
        yield _waiting(learner, repeats)
        yield _workers(learner, repeats)


def _second_run(material: Material, learner: Learner, cache: Path, repeats: int) -> Row:
    def prepare() -> None:
        prepare_sources(
            {source: Corpus(material.data, source) for source in material.sources},
            learner.model.config.inventories,
            learner.tokenizer,
            splits=("train",),
            max_subwords=learner.model.config.max_subwords,
            packed=False,
            cache=cache,
        )

    first = timed(prepare)[0]
    again = median(timed(prepare)[0] for _ in range(repeats))
    return at_least(
        "training data of a second run, from the cache",
        first / again,
        10,
        "× faster than tokenising",
        f"{len(material.sources)} corpora, {len(learner.dataset)} sequences: {first:.2f} s the"
        f" first time, {again:.3f} s after",
    )


def _waiting(learner: Learner, repeats: int) -> Row:
    """Compare the time to make a batch with the time of a training step."""
    model = learner.model
    optimizer = AdamW(model.parameters(), lr=1e-5, fused=True)

    def step(batch: dict[str, torch.Tensor]) -> None:
        optimizer.zero_grad()
        model(**{name: tensor.to(model.device) for name, tensor in batch.items()}).loss.backward()
        optimizer.step()
        if model.device.type == "cuda":
            torch.cuda.synchronize()

    waits, steps, megabytes = [], [], []
    for indices in islice(learner.draw(), repeats + 1):
        # A batch is many times faster than a step: more repeats make its median reliable.
        for _ in range(10):
            seconds, batch = timed(partial(learner.batch, indices))
            waits.append(seconds)
        megabytes.append(sum(t.numel() * t.element_size() for t in batch.values()) / 1e6)
        steps.append(timed(partial(step, batch))[0])
    # The first step of a process is slower.
    wait, taken = median(waits), median(steps[1:])
    return at_most(
        "waiting for a batch, of a training step",
        100 * wait / taken,
        2,
        "%",
        f"{BATCH} sequences, {EMBEDDED_ENCODER} on {model.device}: {1000 * wait:.2f} ms for a"
        f" batch of {median(megabytes):.2f} MB, {1000 * taken:.0f} ms for the step",
    )


def _workers(learner: Learner, repeats: int) -> Row:
    """Compare batches from two worker processes with batches made in the training process."""
    dataset = learner.dataset

    def epoch(workers: int) -> float:
        draw = EqualSourceBatches(dataset.sources, dataset.lengths, batch_size=BATCH, seed=0)
        loader = DataLoader(
            dataset, batch_sampler=draw, collate_fn=learner.collate, num_workers=workers
        )
        batches = iter(loader)
        # The workers start before the first batch.
        next(batches)
        seconds, number = timed(lambda: sum(1 for _ in islice(batches, 200)))
        return seconds / max(number, 1)

    pairs = [(epoch(0), epoch(2)) for _ in range(repeats)]
    here, there = (median(side) for side in zip(*pairs, strict=True))
    return at_least(
        "batches from two worker processes, against none",
        there / here,
        1,
        "× the time",
        f"{1000 * here:.2f} ms for a batch made in the training process,"
        f" {1000 * there:.2f} ms for one handed over: hence no workers",
    )
