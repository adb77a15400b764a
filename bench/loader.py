"""Measure what data costs beside training: `python -m bench.loader [HARMONIZED]`.

HARMONIZED is a folder of harmonised tables, `data/harmonized` if left out; all of its sources are
learned from together. Prints the rows of `measure` as JSON.
"""

import json
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch.optim import AdamW
from torch.utils.data import DataLoader

from sru_ner.harmonize.store import harmonized_sources, load_inventory
from sru_ner.layout import HARMONIZED
from sru_ner.model.configuration import labels_of
from sru_ner.model.encoder import torch_device
from sru_ner.model.modeling import SruNerModel
from sru_ner.settings import EMBEDDED_ENCODER
from sru_ner.training.dataset import Collator, SequenceDataset
from sru_ner.training.held_out import NOTHING
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.sampling import EqualSourceBatches

MAX_SUBWORDS = 256
BATCH = 16


def measure(data: Path = HARMONIZED, *, repeats: int = 7) -> list[dict[str, Any]]:
    """Rows of the benchmark report: `name`, `value`, `unit`, `required`, `holds`, `detail`.

    Times are medians of `repeats`, of both sides in turns.
    """
    marked = {source: load_inventory(data, source) for source in harmonized_sources(data)}
    types = {source: inventory.types for source, inventory in marked.items()}
    inventories = labels_of(types, separate=True)
    model, tokenizer = SruNerModel.from_encoder(
        EMBEDDED_ENCODER, inventories, max_subwords=MAX_SUBWORDS
    )
    model.train().to(torch_device())

    def prepare(cache: Path) -> SequenceDataset:
        parts = prepare_sources(
            data,
            inventories,
            tokenizer,
            max_subwords=MAX_SUBWORDS,
            packed=False,
            held_out=NOTHING,
            cache=cache,
        )
        return SequenceDataset(parts, inventories, model.config.labels)

    with tempfile.TemporaryDirectory() as folder:
        first, dataset = _timed(lambda: prepare(Path(folder)))
        again = median(_timed(lambda: prepare(Path(folder)))[0] for _ in range(repeats))
        collate = Collator(tokenizer, model.config.labels, marked)
        return [
            _second_run(first, again, dataset),
            _waiting(model, dataset, collate, repeats),
            _workers(dataset, collate, repeats),
        ]


def _second_run(first: float, again: float, dataset: SequenceDataset) -> dict[str, Any]:
    ratio = first / again
    return {
        "name": "training data of a second run, from the cache",
        "value": round(ratio, 1),
        "unit": "× faster than tokenising",
        "required": 10,
        "holds": ratio >= 10,
        "detail": f"{len(dataset)} sequences: {first:.2f} s the first time, {again:.3f} s after",
    }


def _draw(dataset: SequenceDataset) -> EqualSourceBatches:
    return EqualSourceBatches(dataset.sources, dataset.lengths, batch_size=BATCH, seed=0)


def _waiting(
    model: SruNerModel, dataset: SequenceDataset, collate: Collator, repeats: int
) -> dict[str, Any]:
    """The time a step waits for its batch, against the time it takes."""
    optimizer = AdamW(model.parameters(), lr=1e-5, fused=True)
    device = torch_device()

    def step(batch: dict[str, torch.Tensor]) -> None:
        optimizer.zero_grad()
        model(**{name: tensor.to(device) for name, tensor in batch.items()}).loss.backward()
        optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize()

    waits, steps, megabytes = [], [], []
    for _, indices in zip(range(repeats + 1), _draw(dataset), strict=False):
        # A batch is many times faster than a step: more of them, for a median worth the name.
        for _ in range(10):
            seconds, batch = _timed(lambda i=indices: collate([dataset[n] for n in i]))
            waits.append(seconds)
        megabytes.append(sum(t.numel() * t.element_size() for t in batch.values()) / 1e6)
        steps.append(_timed(lambda b=batch: step(b))[0])
    # The first step of a process is slower.
    wait, taken = median(waits), median(steps[1:])
    share = wait / taken
    return {
        "name": "waiting for a batch, of a training step",
        "value": round(100 * share, 3),
        "unit": "%",
        "required": 2,
        "holds": share <= 0.02,
        "detail": f"{BATCH} sequences, {EMBEDDED_ENCODER} on {device}: {1000 * wait:.2f} ms for a"
        f" batch of {median(megabytes):.2f} MB, {1000 * taken:.0f} ms for the step",
    }


def _workers(dataset: SequenceDataset, collate: Collator, repeats: int) -> dict[str, Any]:
    """Batches from two worker processes, against batches made where they are needed."""

    def epoch(workers: int) -> float:
        loader = DataLoader(
            dataset, batch_sampler=_draw(dataset), collate_fn=collate, num_workers=workers
        )
        batches = iter(loader)
        # The workers start before the first batch.
        next(batches)
        seconds, number = _timed(lambda: sum(1 for _ in islice(batches, 200)))
        return seconds / number

    pairs = [(epoch(0), epoch(2)) for _ in range(repeats)]
    here, there = (median(side) for side in zip(*pairs, strict=True))
    return {
        "name": "batches from two worker processes, against none",
        "value": round(there / here, 1),
        "unit": "× the time",
        "required": 1,
        "holds": there >= here,
        "detail": f"{1000 * here:.2f} ms for a batch made in the training process,"
        f" {1000 * there:.2f} ms for one handed over: hence no workers",
    }


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[1]) if sys.argv[1:] else HARMONIZED), indent=2))
