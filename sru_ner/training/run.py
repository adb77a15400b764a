"""Trains a model once: on the sequences of its sources, with checkpoints and the choice on dev."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from transformers import (
    EarlyStoppingCallback,
    PreTrainedTokenizerBase,
    PrinterCallback,
    ProgressCallback,
    TrainerCallback,
    set_seed,
)

from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.device import use_bf16
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.arguments import steps_per_log, training_arguments
from sru_ner.training.callbacks import EpochClock, FiniteLoss, TimedCheckpoints
from sru_ner.training.checkpoints import last_checkpoint, run_identity, stopped_epoch
from sru_ner.training.dataset import SequenceDataset
from sru_ner.training.dev_scores import DevSet
from sru_ner.training.new_model import new_model
from sru_ner.training.preparation import SKIPPED, prepare_sources
from sru_ner.training.progress import Progress
from sru_ner.training.rarely_found import RarelyFound
from sru_ner.training.self_training import FirstModel, marking_teacher
from sru_ner.training.start import StartingModel
from sru_ner.training.tokenized import TokenizedSource
from sru_ner.training.trainer import SruNerTrainer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """A complete training."""

    trainer: SruNerTrainer
    """Its `network` is the trained model."""
    tokenizer: PreTrainedTokenizerBase
    tokenized: Mapping[str, TokenizedSource]
    """Source → its training sequences."""


def train_once(
    settings: ExperimentSettings,
    sources: Mapping[str, Corpus],
    checkpoints: Path,
    cache: Path,
    start: StartingModel | None = None,
    first: FirstModel | None = None,
    teacher: StartingModel | None = None,
    callbacks: Sequence[TrainerCallback] = (),
) -> TrainingRun:
    """Train a model, or go on after the last checkpoint of the same settings and data.

    sources: the sources by name, without excluded documents. checkpoints: folder of the state,
    which the caller removes. cache: folder of tokenised sequences. start: a model to go on from.
    first: a model to go on from instead, whose mentions of unannotated types are learned. It is not
    part of the identity of a checkpoint, so it has to follow from the settings, the data and
    `start`. teacher: a model whose probabilities are learned, and its mentions of unannotated types
    if there is no first model. callbacks: follow the training.
    Errors as in `train_experiment`.
    """
    set_seed(settings.seed)
    # Going on from the first model's weights was better on dev than beginning anew.
    model, tokenizer = new_model(settings, sources, first or start)
    arguments = training_arguments(settings, checkpoints, bf16=use_bf16(settings.precision))
    with arguments.main_process_first(desc="tokenising"):
        tokenized = prepare_sources(
            sources,
            model.config.inventories,
            tokenizer,
            splits=settings.learned_splits,
            max_subwords=settings.max_subwords,
            packed=settings.pack,
            cache=cache,
            first=first or marking_teacher(teacher, settings.self_training_above),
            teacher=teacher,
            bf16=arguments.bf16,
        )
    if arguments.process_index == 0:
        _warn_of_skipped(tokenized)
    dataset = SequenceDataset(tokenized, model.config.inventories, model.config.labels)
    dev = {} if settings.train_with_dev else _dev_sets(sources)
    with arguments.main_process_first(desc="looking for a checkpoint"):
        checkpoint = last_checkpoint(checkpoints, run_identity(settings, sources, start, teacher))
    if checkpoint and (epoch := stopped_epoch(checkpoint)):
        arguments.num_train_epochs = epoch
    epoch_sequences = settings.epoch_sequences or len(dataset) // len(tokenized)
    arguments.logging_steps = steps_per_log(epoch_sequences // settings.batch_size)
    trainer = SruNerTrainer(
        model=model,
        tokenizer=tokenizer,
        dataset=dataset,
        dev=dev,
        settings=settings,
        arguments=arguments,
        callbacks=[
            *([EarlyStoppingCallback(settings.patience)] if dev else []),
            EpochClock(),
            Progress(),
            TimedCheckpoints(),
            FiniteLoss(),
            RarelyFound(settings),
            *callbacks,
        ],
    )
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    # From here on, only dropout is random, and each process has its own.
    set_seed(settings.seed + arguments.process_index)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    return TrainingRun(trainer, tokenizer, tokenized)


def _dev_sets(sources: Mapping[str, Corpus]) -> dict[str, DevSet]:
    splits = {source: corpus.split("dev") for source, corpus in sources.items()}
    return {
        source: DevSet(source, split.sentences(), split.mention_counts())
        for source, split in splits.items()
    }


def _warn_of_skipped(tokenized: Mapping[str, TokenizedSource]) -> None:
    for source, content in tokenized.items():
        for reason, count in content.skipped.items():
            logger.warning("%s: %s: %d", source, SKIPPED[reason], count)
