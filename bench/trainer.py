"""The time that the Trainer's loop adds to the training steps."""

import tempfile
import time
from collections.abc import Iterator
from copy import deepcopy
from itertools import chain, repeat
from pathlib import Path
from statistics import median
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_
from torch.optim import AdamW
from transformers import PrinterCallback, TrainerCallback
from transformers.trainer_utils import IntervalStrategy, SaveStrategy

from bench.material import Material
from bench.report import Row, at_most
from sru_ner.dataset.corpus import Corpus
from sru_ner.model.labels import labels_by_source
from sru_ner.model.modeling import SruNerModel
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.arguments import training_arguments
from sru_ner.training.dataset import SequenceDataset
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.trainer import SruNerTrainer


def measure(material: Material, *, steps: int = 60) -> Iterator[Row]:
    """Yield one figure on the material's first source: the median ratio of two steps' times.

    The Trainer and a plain loop take the same steps in turns.
    """
    data, source = material.data, material.sources[0]
    settings = ExperimentSettings(sources=(source,), max_subwords=256, precision="fp32")
    corpus = Corpus(data, source)
    inventories = labels_by_source({source: corpus.inventory().types}, separate=True)
    model, tokenizer = SruNerModel.from_encoder(
        settings.encoder, inventories, max_subwords=settings.max_subwords
    )
    with tempfile.TemporaryDirectory() as folder:
        parts = prepare_sources(
            {source: corpus},
            inventories,
            tokenizer,
            splits=settings.learned_splits,
            max_subwords=settings.max_subwords,
            packed=False,
            cache=Path(folder, "tokenized"),
        )
        arguments = training_arguments(settings, Path(folder, "checkpoints"), bf16=False)
        arguments.max_steps = steps
        arguments.eval_strategy, arguments.save_strategy = IntervalStrategy.NO, SaveStrategy.NO
        arguments.load_best_model_at_end = False
        trainer = SruNerTrainer(
            model=deepcopy(model),
            tokenizer=tokenizer,
            dataset=SequenceDataset(parts, inventories, model.config.labels),
            dev={},
            settings=settings,
            arguments=arguments,
            callbacks=[],
        )
        trainer.remove_callback(PrinterCallback)
        turns = _Turns(_plain_steps(model, trainer))
        trainer.add_callback(turns)
        trainer.train()
    # The first steps of a process are slower; the Trainer's first one is not timed.
    plain, whole = turns.plain[3:], turns.whole[2:]
    ratio = median(theirs / ours for ours, theirs in zip(plain, whole, strict=True))
    yield at_most(
        "training step in the Trainer's loop, against a plain loop",
        ratio,
        1.05,
        "× the time",
        f"{settings.batch_size} sequences, {settings.encoder}, fp32:"
        f" {1000 * median(whole):.0f} ms and {1000 * median(plain):.0f} ms",
    )


class _Turns(TrainerCallback):
    """A callback that takes a plain step after each of the Trainer's, and times both."""

    def __init__(self, steps: Iterator[None]) -> None:
        self._steps = steps
        self._began: float | None = None
        self.whole: list[float] = []
        self.plain: list[float] = []

    def on_step_end(self, *args: Any, **kwargs: Any) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        now = time.perf_counter()
        if self._began is not None:
            self.whole.append(now - self._began)
        next(self._steps)
        self._began = time.perf_counter()
        self.plain.append(self._began - now)


def _plain_steps(model: SruNerModel, trainer: SruNerTrainer) -> Iterator[None]:
    """Take the Trainer's steps on another copy of the model, from batch to optimiser only."""
    device = trainer.args.device
    torch.nn.Module.to(model, device).train()
    optimizer = AdamW(model.parameters(), lr=1e-5, fused=True)
    loader = trainer.get_train_dataloader()
    # Repeated, because the Trainer also goes on to further epochs.
    for step in chain.from_iterable(repeat(loader)):
        (inputs,) = step["passes"]
        optimizer.zero_grad()
        model(**{name: tensor.to(device) for name, tensor in inputs.items()}).loss.backward()
        clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        if device.type == "cuda":
            torch.cuda.synchronize()
        yield
