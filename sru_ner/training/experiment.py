"""Trains one experiment: from harmonised sources to a model folder and its report."""

import logging
import shutil
from collections.abc import Mapping
from typing import Any

from transformers import EarlyStoppingCallback, PrinterCallback, ProgressCallback, set_seed

from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.device import use_bf16
from sru_ner.environment.machine import describe_environment
from sru_ner.files import atomic_path, write_json
from sru_ner.layout import SuiteLayout
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.arguments import steps_per_log, training_arguments
from sru_ner.training.callbacks import FiniteLoss, Progress, TimedCheckpoints
from sru_ner.training.checkpoints import last_checkpoint, run_identity, stopped_epoch
from sru_ner.training.curves import curve_table, write_curves
from sru_ner.training.dataset import SequenceDataset
from sru_ner.training.dev_scores import DEV_COUNTS, DevSet
from sru_ner.training.figures import training_figures
from sru_ner.training.new_model import new_model
from sru_ner.training.preparation import SKIPPED, prepare_sources
from sru_ner.training.rarely_found import RarelyFound, warn_of_rarely_found
from sru_ner.training.tokenized import TokenizedSource
from sru_ner.training.trainer import SruNerTrainer

logger = logging.getLogger(__name__)


def train_experiment(
    name: str,
    settings: ExperimentSettings,
    layout: SuiteLayout,
    corpora: Mapping[str, Corpus],
) -> dict[str, Any]:
    """Train one model, write its folder and its report, and return the final figures.

    corpora: the experiment's sources by name. The model is not trained on their excluded
    documents, and these do not choose its epoch. An interrupted run with the same settings and
    data is resumed after its last checkpoint, on any number of processes.

    Raises `UnknownNameError` for a source that is not harmonised, `InputError` for an encoder that
    is not available, and `SruNerError` for a loss that is no longer a number.
    """
    set_seed(settings.seed)
    sources = {source: corpora[source] for source in settings.sources}
    model, tokenizer = new_model(settings, sources)
    bf16 = use_bf16(settings.precision)
    checkpoints = layout.checkpoints(name)
    arguments = training_arguments(settings, checkpoints, bf16=bf16)
    with arguments.main_process_first(desc="tokenising"):
        tokenized = prepare_sources(
            sources,
            model.config.inventories,
            tokenizer,
            splits=settings.learned_splits,
            max_subwords=settings.max_subwords,
            packed=settings.pack,
            cache=layout.tokenized,
        )
    if arguments.process_index == 0:
        _warn_of_skipped(tokenized)
    dataset = SequenceDataset(tokenized, model.config.inventories, model.config.labels)
    dev = {} if settings.train_with_dev else _dev_sets(sources)
    with arguments.main_process_first(desc="looking for a checkpoint"):
        checkpoint = last_checkpoint(checkpoints, run_identity(settings, sources))
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
            Progress(),
            TimedCheckpoints(),
            FiniteLoss(),
            RarelyFound(settings),
        ],
    )
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    # From here on, only dropout is random, and each process has its own.
    set_seed(settings.seed + arguments.process_index)
    trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
    curves = curve_table(trainer.state.log_history)
    excluded = {
        split: len(documents) for split, documents in excluded_documents(sources.values()).items()
    }
    figures = training_figures(
        curves, settings, tokenized, excluded_documents=sum(excluded.values())
    )
    if trainer.is_world_process_zero():
        best = figures["best_epoch"]
        kept = next(
            entry
            for entry in trainer.state.log_history
            if DEV_COUNTS in entry and round(entry["epoch"]) == best
        )
        warn_of_rarely_found(kept, settings, subject=f"The trained model, of epoch {best},")
        facts = {
            "experiment": name,
            "settings": settings.model_dump(mode="json"),
            "excluded": excluded,
            "precision": "bf16" if bf16 else "fp32",
            "processes": trainer.args.world_size,
            "environment": describe_environment(trainer.args.device),
            "figures": figures,
        }
        with atomic_path(layout.model(name)) as folder:
            trainer.network.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            write_json(folder / "training.json", facts)
        write_json(layout.training_report(name) / "metrics.json", figures)
        write_curves(curves, layout.training_report(name), name)
        shutil.rmtree(checkpoints, ignore_errors=True)
    return figures


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
