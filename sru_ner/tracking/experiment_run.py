"""Completes the run of one experiment: settings, data, figures, and its model if it is chosen."""

import time
import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.data.dataset_source_registry import resolve_dataset_source
from mlflow.data.meta_dataset import MetaDataset
from mlflow.entities import LoggedModelStatus, Metric, Run
from mlflow.entities.model_registry import ModelVersion
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID, MLFLOW_RUN_NOTE

from sru_ner.errors import InputError
from sru_ner.layout import HARMONIZED, SuiteLayout
from sru_ner.locks import hold
from sru_ner.registry.versions import DIGEST_TAG, MODEL_ID_TAG, add_version, find_version, has_files
from sru_ner.settings.params import Params
from sru_ner.tracking.dvc_lock import dvc_hashes
from sru_ner.tracking.live_messages import live_lock
from sru_ner.tracking.logged_model import log_model
from sru_ner.tracking.scored_decisions import log_scored
from sru_ner.tracking.suite_results import Dataset, Experiment, SuiteResults
from sru_ner.tracking.training_run import (
    log_metrics,
    logged_steps,
    revision_tags,
    trained_run,
)

_DIGEST_CHARACTERS = 36  # MLflow's limit for the digest of a data set
_SECONDS_FOR_TRAINING = 120.0  # that a training may take to log its last values


@dataclass(frozen=True, slots=True)
class Store:
    """MLflow experiment, and registered model, that a suite is logged to."""

    client: MlflowClient
    experiment_id: str
    model_name: str
    root: Path
    """The project's root."""
    params: Params


def log_experiment(
    store: Store, results: SuiteResults, experiment: Experiment, parent_id: str
) -> dict[str, Any]:
    """Log an experiment below the active run; return its ids, and its version if it has one.

    What an interrupted call logged is completed, as is the run that `sru-ner train` logged.
    """
    tags = {
        "suite": results.suite,
        "model_name": store.model_name,
        "experiment": experiment.name,
        **revision_tags(experiment.revision),
    }
    earlier = _earlier_run(store, results.suite, experiment, parent_id)
    run_tags = {
        **tags,
        DIGEST_TAG: experiment.digest,
        MLFLOW_PARENT_RUN_ID: parent_id,
        MLFLOW_RUN_NOTE: _description(results.suite, experiment),
        **data_tags(store.root, [dataset.source for dataset in experiment.trained_on]),
    }
    new = {"run_name": experiment.name, "experiment_id": store.experiment_id}
    which = new if earlier is None else {"run_id": earlier.info.run_id}
    with mlflow.start_run(**which, nested=True, tags=run_tags) as run:
        run_id = run.info.run_id
        mlflow.log_params(dict(experiment.settings))
        for dataset in experiment.trained_on:
            mlflow.log_input(_meta_dataset(dataset, store.root), context="training")
        tested = {
            name: _meta_dataset(results.tested[name], store.root) for name in experiment.cells
        }
        for data in tested.values():
            mlflow.log_input(data, context="evaluation")
        report = SuiteLayout(results.suite).training_report(experiment.name)
        mlflow.log_artifacts(str(store.root / report), "training")
        log_scored(store.params, store.root, experiment.name)
        version, model_id = None, None
        if store.params.register_.has_version(experiment.name):
            version = _version(store, results.suite, experiment, tags)
            model_id = version.tags[MODEL_ID_TAG]
        metrics = _metrics(experiment, model_id, tested)
        known = logged_steps(store.client, run, {metric.key for metric in metrics})
        log_metrics(store.client, run_id, metrics, known)
    if earlier is not None and earlier.info.end_time:
        # The time that the run shows is that of the training.
        store.client.set_terminated(run_id, end_time=earlier.info.end_time)
    return {
        "run_id": run_id,
        "model_digest": experiment.digest,
        "model_id": model_id,
        "version": None if version is None else str(version.version),
        "version_uri": None if version is None else f"models:/{version.name}/{version.version}",
    }


def data_tags(root: Path, sources: Iterable[str]) -> dict[str, str]:
    """Return a tag with DVC's hash of each table of some harmonised sources."""
    # MLflow refuses a `=` in the name of a tag of a run that exists already.
    return {
        f"dvc.{path.replace('source=', '')}": md5
        for source in sorted(sources)
        for path, md5 in dvc_hashes(root, source).items()
    }


def _earlier_run(store: Store, suite: str, experiment: Experiment, parent_id: str) -> Run | None:
    """Return the run that an interrupted registration, or the training, logged already."""
    condition = f"tags.`{MLFLOW_PARENT_RUN_ID}` = '{parent_id}'"
    below = store.client.search_runs([store.experiment_id], condition)
    found = next((r for r in below if r.data.tags.get("experiment") == experiment.name), None)
    if found is not None:
        return found
    lock = live_lock(suite, experiment.name)
    try:
        with hold(store.root, lock, doing="is logging it", patience=_SECONDS_FOR_TRAINING):
            pass  # now the training has logged its end
    except InputError:
        return None  # it cannot reach the store
    return trained_run(store.client, store.experiment_id, suite, experiment.name, experiment.digest)


def _description(suite: str, experiment: Experiment) -> str:
    rows = "".join(f"\n| {tested} | {100 * f1:.1f} |" for tested, f1 in experiment.scores.items())
    sources = ", ".join(dataset.source for dataset in experiment.trained_on)
    return f"The experiment `{experiment.name}` of the suite `{suite}`, trained on {sources}." + (
        f"\n\n| tested on | micro F1 (%) |\n|---|---:|{rows}" if rows else ""
    )


def _version(
    store: Store, suite: str, experiment: Experiment, tags: Mapping[str, str]
) -> ModelVersion:
    """Return the version with the same files, or register a new one."""
    found = find_version(store.client, store.model_name, experiment.digest)
    if found is not None:
        return found
    version_tags = {
        **tags,
        "sources": ",".join(dataset.source for dataset in experiment.trained_on),
        DIGEST_TAG: experiment.digest,
        **{f"micro_f1.{tested}": f"{f1:.4f}" for tested, f1 in experiment.scores.items()},
    }
    if experiment.scores:
        version_tags["micro_f1"] = f"{fmean(experiment.scores.values()):.4f}"
    model_id = _logged_model(store, experiment.digest) or log_model(
        experiment.model, f"{suite}-{experiment.name}", version_tags
    )
    # A version does not say which logged model it was made from.
    return add_version(
        store.client,
        store.model_name,
        model_id,
        tags={**version_tags, MODEL_ID_TAG: model_id},
        description=_description(suite, experiment),
    )


def _logged_model(store: Store, digest: str) -> str | None:
    """Return the id of a model that a registration logged and was interrupted before it used it."""
    found = store.client.search_logged_models(
        [store.experiment_id], f"tags.{DIGEST_TAG} = '{digest}'"
    )
    whole = (m.model_id for m in found if m.status == LoggedModelStatus.READY)
    return next((each for each in whole if has_files(f"models:/{each}")), None)


def _metrics(
    experiment: Experiment, model_id: str | None, tested: Mapping[str, MetaDataset]
) -> list[Metric]:
    """Return curves by step, figures of the training report, and each cell with its data set."""
    now = int(time.time() * 1000)
    curves = [
        Metric(f"curve.{name}", value, now, step)
        for step, values in experiment.curves
        for name, value in values.items()
    ]
    final = [
        Metric(name, value, now, 0, model_id=model_id) for name, value in experiment.final.items()
    ]
    # The key names the tested source, too: MLflow identifies the metric of a logged model by its
    # key, not by its data set, so two cells would become one.
    cells = [
        Metric(
            f"{source}.{name}",
            value,
            now,
            0,
            model_id=model_id,
            dataset_name=tested[source].name,
            dataset_digest=tested[source].digest,
        )
        for source, figures in experiment.cells.items()
        for name, value in figures.items()
    ]
    return curves + final + cells


def _meta_dataset(dataset: Dataset, root: Path) -> MetaDataset:
    place = root / HARMONIZED / "sentences" / f"source={dataset.source}"
    with warnings.catch_warnings():
        # MLflow warns that two kinds of source fit a local path; either is right.
        warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted")
        source = resolve_dataset_source(str(place.resolve()))
    return MetaDataset(  # type: ignore[abstract]
        source=source,
        name=f"{dataset.source}.{'+'.join(dataset.splits)}",
        digest=dataset.digest[:_DIGEST_CHARACTERS],
    )
