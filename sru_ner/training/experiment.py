"""Trains one experiment: from harmonised sources to a model folder and its report."""

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from sru_ner.dataset.corpus import Corpus
from sru_ner.environment.machine import describe_environment
from sru_ner.files import atomic_path, write_json
from sru_ner.layout import SuiteLayout
from sru_ner.locks import hold
from sru_ner.manifests.excluded import excluded_documents
from sru_ner.model.run_record import write_run
from sru_ner.rendering.amounts import counted
from sru_ner.settings.sections import ExperimentSettings
from sru_ner.training.checkpoints import run_identity
from sru_ner.training.curves import curve_table, write_curves
from sru_ner.training.dev_scores import DEV_COUNTS
from sru_ner.training.figures import training_figures, training_times
from sru_ner.training.progress import say
from sru_ner.training.rarely_found import warn_of_rarely_found
from sru_ner.training.run import train_once
from sru_ner.training.self_training import FirstModel
from sru_ner.training.start import StartingModel


def train_experiment(
    name: str,
    settings: ExperimentSettings,
    layout: SuiteLayout,
    corpora: Mapping[str, Corpus],
    start: StartingModel | None = None,
    teacher: StartingModel | None = None,
    callbacks: Sequence[TrainerCallback] = (),
) -> dict[str, Any]:
    """Train one model, write its folder and its report, and return the final figures and times.

    corpora: the experiment's sources by name. The model is not trained on their excluded
    documents, and these do not choose its epoch. An interrupted run with the same settings and
    data is resumed after its last checkpoint, on any number of processes. start: the model that
    `start_from` names, loaded. teacher: the one that `teacher` names. callbacks: follow the
    training, and change nothing.

    Raises `UnknownNameError` for a source that is not harmonised, `InputError` for an encoder that
    is not available or if another process trains this model, and `SruNerError` for a loss that is
    no longer a number.
    """
    # The first of several processes holds the lock for all.
    first = os.environ.get("RANK", "0") == "0"
    lock = hold(
        layout.root, f"train@{layout.suite}@{name}", doing=f"is training {layout.model(name)}"
    )
    with lock if first else nullcontext():
        return _train(name, settings, layout, corpora, start, teacher, callbacks)


def _train(
    name: str,
    settings: ExperimentSettings,
    layout: SuiteLayout,
    corpora: Mapping[str, Corpus],
    start: StartingModel | None,
    teacher: StartingModel | None,
    callbacks: Sequence[TrainerCallback],
) -> dict[str, Any]:
    sources = {source: corpora[source] for source in settings.sources}
    checkpoints, cache = layout.checkpoints(name), layout.tokenized
    first, seconds = None, 0.0
    if settings.self_training_epochs:
        first, seconds = _first_model(
            settings, sources, checkpoints / "first_model", cache, start, teacher
        )
    run = train_once(
        settings, sources, checkpoints / "model", cache, start, first, teacher, callbacks
    )
    trainer = run.trainer
    curves = curve_table(trainer.state.log_history)
    excluded = {
        split: len(documents) for split, documents in excluded_documents(sources.values()).items()
    }
    figures = training_figures(
        curves, settings, run.tokenized, excluded_documents=sum(excluded.values())
    )
    times = training_times(curves, settings, run.tokenized)
    if first:
        times["first_model_seconds"] = round(seconds, 1)
    if trainer.is_world_process_zero():
        best = figures["best_epoch"]
        kept = next(
            entry
            for entry in trainer.state.log_history
            if DEV_COUNTS in entry and round(entry["epoch"]) == best
        )
        warn_of_rarely_found(kept, settings, subject=f"The trained model, of epoch {best},")
        environment = describe_environment(trainer.args.device)
        revision = {key: environment.pop(key) for key in ("git_commit", "git_dirty")}
        facts = {
            "experiment": name,
            "settings": settings.model_dump(mode="json"),
            "data": run_identity(settings, sources)["data"],
            "excluded": excluded,
            "precision": "bf16" if trainer.args.bf16 else "fp32",
            "processes": trainer.args.world_size,
            "environment": environment,
            "figures": figures,
            **({"start": start.identity()} if start else {}),
            **({"teacher": teacher.identity()} if teacher else {}),
        }
        run_facts = {
            "environment": revision,
            "figures": times,
            "epochs": {"seconds": curves["seconds"].round(3).tolist()},
            **({"start": start.run()} if start else {}),
        }
        report = layout.training_report(name)
        with atomic_path(layout.model(name)) as folder:
            trainer.network.save_pretrained(folder)
            run.tokenizer.save_pretrained(folder)
            write_json(folder / "training.json", facts)
            write_run(folder, run_facts)
        write_json(report / "metrics.json", figures)
        write_json(report / "machine.json", _machine(environment))
        write_curves(curves, report, name)
        shutil.rmtree(checkpoints, ignore_errors=True)
    return {**figures, **times}


def _machine(environment: Mapping[str, Any]) -> dict[str, Any]:
    """Return what decides, besides the code, how numbers are rounded."""
    return {key: environment[key] for key in ("device", "threads", "python", "packages")}


def _first_model(
    settings: ExperimentSettings,
    sources: Mapping[str, Corpus],
    checkpoints: Path,
    cache: Path,
    start: StartingModel | None,
    teacher: StartingModel | None,
) -> tuple[FirstModel, float]:
    """Train the model whose mentions are learned; return it, and the seconds of its training.

    Its checkpoints stay until the experiment is complete, so that a run that is resumed has it.
    """
    epochs = settings.self_training_epochs
    say(f"A first model is trained for {counted(epochs, 'epoch')}, to learn from what it finds.")
    changes = {"epochs": epochs, "self_training_epochs": 0}
    first = settings.model_copy(update=changes)
    run = train_once(first, sources, checkpoints, cache, start, teacher=teacher)
    seconds = float(curve_table(run.trainer.state.log_history)["seconds"].sum())
    say("Training goes on with what the first model finds.")
    return FirstModel(run.trainer.network, run.tokenizer, settings.self_training_above), seconds
