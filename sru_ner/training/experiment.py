"""One experiment from harmonised sources to a model folder and its report."""

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from transformers import (
    EarlyStoppingCallback,
    PreTrainedTokenizerBase,
    PrinterCallback,
    ProgressCallback,
    TrainingArguments,
    set_seed,
)

from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.device import torch_device, use_bf16
from sru_ner.environment.machine import describe_environment
from sru_ner.files import atomic_path, write_json
from sru_ner.layout import TOKENIZED, SuiteLayout
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.model.encoder import freeze_layers
from sru_ner.model.labels import labels_by_source
from sru_ner.model.modeling import SruNerModel
from sru_ner.settings import ExperimentSettings, ModelSettings
from sru_ner.training.callbacks import FiniteLoss, LongEpochs, Progress
from sru_ner.training.checkpoints import identity_of, last_epoch, resumable
from sru_ner.training.compiling import compile_encoder
from sru_ner.training.curves import curve_table, write_curves
from sru_ner.training.dataset import SequenceDataset
from sru_ner.training.preparation import prepare_sources
from sru_ner.training.tokenized import TokenizedSource
from sru_ner.training.trainer import DEV_METRIC, DevSet, SruNerTrainer

logger = logging.getLogger(__name__)

_MOST_STEPS_UNTOLD = 500
"""Steps between two lines of the log in long epochs."""


def train_experiment(
    name: str,
    settings: ExperimentSettings,
    layout: SuiteLayout,
    corpora: Mapping[str, Corpus],
) -> dict[str, Any]:
    """Train one model and write its folder and its report; returns the final figures.

    corpora: the experiment's sources by name. Their excluded documents neither teach the model nor
    choose its epoch. An interrupted run with the same settings and data is resumed after its last
    checkpoint, on any number of processes. Raises `UnknownNameError` for a source that is not
    harmonised, `InputError` for an encoder that is not available, and `SruNerError` for a loss
    that is no longer a number.
    """
    set_seed(settings.seed)
    sources = {source: corpora[source] for source in settings.sources}
    inventories = {source: corpus.inventory() for source, corpus in sources.items()}
    types = {source: inventory.types for source, inventory in inventories.items()}
    labels = labels_by_source(types, separate=settings.types == "separate")
    model, tokenizer = SruNerModel.from_encoder(
        settings.encoder,
        labels,
        covers={source: inventory.covers for source, inventory in inventories.items()},
        **settings.model_dump(include=set(ModelSettings.model_fields)),
    )
    freeze_layers(model.encoder, settings.frozen_layers)
    if settings.encoder_learning_rate == 0:
        model.encoder.requires_grad_(False)
    if settings.torch_compile:
        compile_encoder(model.encoder, torch_device())
    bf16 = use_bf16(settings.precision)
    arguments = training_arguments(settings, layout.checkpoints(name), bf16=bf16)
    with arguments.main_process_first(desc="tokenising"):
        parts = prepare_sources(
            sources,
            model.config.inventories,
            tokenizer,
            splits=settings.learned_splits,
            max_subwords=settings.max_subwords,
            packed=settings.pack,
            cache=TOKENIZED,
        )
    if arguments.process_index == 0:
        for source, part in parts.items():
            for reason, count in part.lost.items():
                logger.warning("%s.%s: %d", source, reason, count)
    dataset = SequenceDataset(parts, model.config.inventories, model.config.labels)
    dev = {
        source: DevSet(corpus.split("dev").sentences(), corpus.split("dev").mention_count())
        for source, corpus in sources.items()
        if not settings.train_with_dev
    }
    checkpoints = layout.checkpoints(name)
    with arguments.main_process_first(desc="looking for a checkpoint"):
        resume = resumable(checkpoints, identity_of(settings, sources))
    if resume and (last := last_epoch(resume)):
        arguments.num_train_epochs = last
    steps = (settings.epoch_sequences or len(dataset) // len(parts)) // settings.batch_size
    arguments.logging_steps = max(1, min(steps // 10, _MOST_STEPS_UNTOLD))
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
            LongEpochs(),
            FiniteLoss(),
        ],
    )
    for callback in (PrinterCallback, ProgressCallback):
        trainer.remove_callback(callback)
    # From here on, chance is dropout: of its own in each process.
    set_seed(settings.seed + arguments.process_index)
    trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    table = curve_table(trainer.state.log_history)
    figures = _figures(table, settings, parts)
    excluded = {
        split: len(documents) for split, documents in excluded_documents(sources.values()).items()
    }
    figures["excluded_documents"] = sum(excluded.values())
    if trainer.is_world_process_zero():
        facts = {
            "experiment": name,
            "settings": settings.model_dump(mode="json"),
            "excluded": excluded,
            "precision": "bf16" if bf16 else "fp32",
            "processes": trainer.args.world_size,
            "environment": describe_environment(trainer.args.device),
            "figures": figures,
        }
        _save(layout.model(name), trainer, tokenizer, facts)
        write_json(layout.training_report(name) / "metrics.json", figures)
        write_curves(table, layout.training_report(name), name)
        shutil.rmtree(checkpoints, ignore_errors=True)
    return figures


def _figures(
    table: pd.DataFrame,
    settings: ExperimentSettings,
    parts: Mapping[str, TokenizedSource],
) -> dict[str, Any]:
    """What `metrics.json` holds: dev scores (%) of the best epoch, sizes, times, what was lost.

    Where dev is learned from, there are no such scores and the last epoch counts as the best.
    """
    sequences = sum(len(part) for part in parts.values())
    scores = table["dev_micro_f1"]
    best = table.iloc[-1 if settings.train_with_dev else int(scores.argmax())].dropna()
    seconds = float(table["seconds"].sum())
    epoch = settings.epoch_sequences or sequences / len(settings.sources)
    return {
        **{str(k): float(v) for k, v in best.items() if str(k).startswith("dev_")},
        "best_epoch": int(best["epoch"]),
        "epochs": len(table),
        "steps": int(table["step"].iloc[-1]),
        "sequences": sequences,
        "seconds": round(seconds, 1),
        "sequences_per_second": round(epoch * len(table) / seconds, 2),
        "taught": {f"{s}.{it}": n for s, part in parts.items() for it, n in part.taught.items()},
        "lost": {f"{s}.{why}": n for s, part in parts.items() for why, n in part.lost.items()},
    }


def training_arguments(
    settings: ExperimentSettings, checkpoints: Path, *, bf16: bool
) -> TrainingArguments:
    """What the Trainer itself has to know; the batches are `SruNerTrainer`'s own."""
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=settings.epochs,
        max_grad_norm=settings.max_grad_norm,
        eval_strategy="epoch",
        save_strategy="epoch",
        # The best one and the last one.
        save_total_limit=2,
        restore_callback_states_from_checkpoint=True,
        load_best_model_at_end=not settings.train_with_dev,
        metric_for_best_model=None if settings.train_with_dev else DEV_METRIC,
        greater_is_better=True,
        # Looking at each step's loss would have the host wait for the device.
        logging_nan_inf_filter=False,
        bf16=bf16,
        use_cpu=torch_device().type == "cpu",
        seed=settings.seed,
        report_to="none",
        disable_tqdm=True,
        remove_unused_columns=False,
        dataloader_pin_memory=torch_device().type == "cuda",
        # All parameters take part in each step, and no buffer ever changes.
        ddp_find_unused_parameters=False,
        ddp_broadcast_buffers=False,
    )
    # One process is for one GPU, even where it sees several: they take torchrun.
    arguments._n_gpu = min(1, arguments.n_gpu)
    return arguments


def _save(
    folder: Path,
    trainer: SruNerTrainer,
    tokenizer: PreTrainedTokenizerBase,
    facts: dict[str, Any],
) -> None:
    with atomic_path(folder) as fresh:
        trainer.network.save_pretrained(fresh)
        tokenizer.save_pretrained(fresh)
        write_json(fresh / "training.json", facts)
