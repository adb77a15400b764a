"""Measures how fast a model trains and predicts here, so that a training can fit a given time."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from transformers import (
    PrinterCallback,
    ProgressCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import IntervalStrategy, SaveStrategy

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.sentences import Sentence
from sru_ner.environment.device import use_bf16
from sru_ner.model.prediction import predict_sentences
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.arguments import training_arguments
from sru_ner.training.dataset import SequenceDataset
from sru_ner.training.new_model import new_model
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.self_training import marking_teacher
from sru_ner.training.start import StartingModel
from sru_ner.training.trainer import SruNerTrainer

_FIRST_STEPS = 2
"""Steps that are not measured, because memory is allocated in them."""
_MOST_STEPS = 60
_FEWEST_STEPS = 6
_SENTENCES = 96
"""Number of sentences whose prediction is measured."""


@dataclass(frozen=True, slots=True)
class Speed:
    """Times of one experiment on this machine, in seconds."""

    step: float
    """An optimiser step."""
    sentence: float
    """The prediction of a sentence."""
    sequences: int
    """Number of training sequences of all sources together."""


def measure_speed(
    settings: ExperimentSettings,
    corpora: Mapping[str, Corpus],
    cache: Path,
    start: StartingModel | None = None,
    teacher: StartingModel | None = None,
    *,
    seconds: float,
) -> Speed:
    """Train a model for some steps, let it predict some sentences, and throw it away.

    corpora: the experiment's sources by name. cache: folder of tokenised sequences, from which the
    training will read them. start: the model that it goes on from. teacher: the one that it learns
    from; what it teaches is kept in the cache, too. seconds: time after which no other step is
    measured; a few are measured in any case. Errors as in `train_experiment`.
    """
    set_seed(settings.seed)
    model, tokenizer = new_model(settings, corpora, start)
    tokenized = prepare_sources(
        corpora,
        model.config.inventories,
        tokenizer,
        splits=settings.learned_splits,
        max_subwords=settings.max_subwords,
        packed=settings.pack,
        cache=cache,
        first=marking_teacher(teacher, settings.self_training_above),
        teacher=teacher,
        bf16=use_bf16(settings.precision),
    )
    dataset = SequenceDataset(tokenized, model.config.inventories, model.config.labels)
    clock = _Clock(seconds)
    with TemporaryDirectory(prefix="sru-ner-speed-") as folder:
        arguments = training_arguments(settings, Path(folder), bf16=use_bf16(settings.precision))
        arguments.max_steps = _MOST_STEPS
        arguments.load_best_model_at_end = False
        arguments.eval_strategy, arguments.save_strategy = IntervalStrategy.NO, SaveStrategy.NO
        trainer = SruNerTrainer(
            model=model,
            tokenizer=tokenizer,
            dataset=dataset,
            dev={},
            settings=settings,
            arguments=arguments,
            callbacks=[clock],
        )
        for callback in (PrinterCallback, ProgressCallback):
            trainer.remove_callback(callback)
        trainer.train()
    sentences = _some_sentences(corpora)
    began = time.monotonic()
    predict_sentences(trainer.network, tokenizer, sentences)
    predicted = time.monotonic() - began
    return Speed(clock.step_seconds(), predicted / max(1, len(sentences)), len(dataset))


def _some_sentences(corpora: Mapping[str, Corpus]) -> Sequence[Sentence]:
    """Return every n-th dev sentence, so that short and long ones are among them."""
    dev = [sentence for corpus in corpora.values() for sentence in corpus.split("dev").sentences()]
    return list(islice(dev, 0, None, max(1, len(dev) // _SENTENCES)))


class _Clock(TrainerCallback):
    """Takes the time of steps, and ends the training when they have been measured long enough."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._ends: list[float] = []

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        """Note when a step ended."""
        self._ends.append(time.monotonic())
        control.should_training_stop = (
            len(self._ends) > _FEWEST_STEPS and self._ends[-1] - self._ends[0] > self._seconds
        )

    def step_seconds(self) -> float:
        """Return the mean duration of the measured steps."""
        ends = self._ends[min(_FIRST_STEPS, len(self._ends)) - 1 :]
        return (ends[-1] - ends[0]) / max(1, len(ends) - 1)
