"""Logs the results of a suite to MLflow: one parent run, and a child run for each experiment."""

import logging
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
from mlflow.entities import Metric
from mlflow.entities.model_registry import ModelVersion
from mlflow.exceptions import MlflowException

from sru_ner.environment.provenance import git_revision
from sru_ner.errors import without_secrets
from sru_ner.layout import HARMONIZED, SuiteLayout
from sru_ner.registry.store import open_experiment, tracking_uri
from sru_ner.registry.versions import CANDIDATE, DIGEST_TAG, MODEL_ID_TAG, add_version, find_version
from sru_ner.settings.params import Params
from sru_ner.tracking.dvc_lock import dvc_hashes
from sru_ner.tracking.logged_model import log_model
from sru_ner.tracking.suite_results import (
    Dataset,
    Experiment,
    SuiteResults,
    read_suite_results,
)

log = logging.getLogger(__name__)

PIPELINE_TAG = "pipeline_digest"
_REGISTRATION = "registration.json"
_DIGEST_CHARACTERS = 36  # MLflow's limit for the digest of a data set
_BATCH = 1000  # MLflow's limit for metrics in one call


def log_suite(params: Params, root: Path) -> dict[str, Any]:
    """Log the results of a suite, register its models and set the alias of the candidate.

    root: the project's root. Nothing is logged twice: results that were logged before keep their
    runs, and a model that is registered already keeps its version. Returns the content of
    `registration.json`: URIs, run ids and versions by experiment. Raises `InputError` for a file
    that a stage should have written.
    """
    results = read_suite_results(params, root)
    settings = params.register_
    # This comes first because a client uses the store that MLflow has when the client is made.
    experiment_id = open_experiment(root, settings.mlflow_experiment)
    store = _Store(MlflowClient(), experiment_id, settings.model_name, root)
    runs = _find_runs(store, results) or _log_runs(store, results)
    version = runs["experiments"][settings.candidate]["version"]
    store.client.set_registered_model_alias(settings.model_name, CANDIDATE, version)
    return {
        "tracking_uri": without_secrets(tracking_uri(root)),
        "mlflow_experiment": settings.mlflow_experiment,
        "mlflow_experiment_id": experiment_id,
        "model_name": settings.model_name,
        "candidate": settings.candidate,
        **runs,
    }


@dataclass(frozen=True, slots=True)
class _Store:
    """Experiment in a store, and registered model, that a suite is logged to."""

    client: MlflowClient
    experiment_id: str
    model_name: str
    root: Path


def _find_runs(store: _Store, results: SuiteResults) -> dict[str, Any] | None:
    """Return runs and versions of equal results that were logged before, if all still exist."""
    condition = (
        f"tags.{PIPELINE_TAG} = '{results.digest}' AND attributes.status = 'FINISHED'"
        f" AND tags.model_name = '{store.model_name}'"
    )
    for run in store.client.search_runs([store.experiment_id], condition):
        try:
            found = mlflow.artifacts.load_dict(f"{run.info.artifact_uri}/{_REGISTRATION}")
            for entry in found["experiments"].values():
                store.client.get_model_version(store.model_name, entry["version"])
        except (MlflowException, OSError):
            continue  # somebody deleted a part of it
        log.info("these results were logged before, as run %s", run.info.run_id)
        return dict(found)
    return None


def _log_runs(store: _Store, results: SuiteResults) -> dict[str, Any]:
    revision = git_revision(store.root)
    tags = {
        "suite": results.suite,
        "git_commit": revision.commit,
        "git_dirty": str(revision.dirty).lower(),
        "model_name": store.model_name,
    }
    sources = {d.source for e in results.experiments for d in e.trained_on} | set(results.tested)
    parent_tags = {**tags, PIPELINE_TAG: results.digest, **_data_tags(store.root, sources)}
    experiments = {}
    with mlflow.start_run(
        experiment_id=store.experiment_id, run_name=results.suite, tags=parent_tags
    ) as parent:
        for name, folder in results.reports.items():
            mlflow.log_artifacts(str(folder), name)
        for experiment in results.experiments:
            log.info("logging %s", experiment.name)
            experiments[experiment.name] = _log_experiment(store, results, experiment, tags)
        found = {"parent_run_id": parent.info.run_id, "experiments": experiments}
        mlflow.log_dict(found, _REGISTRATION)
    return found


def _log_experiment(
    store: _Store, results: SuiteResults, experiment: Experiment, tags: Mapping[str, str]
) -> dict[str, Any]:
    """Log an experiment as a child of the active run; return its ids and version."""
    child_tags = {
        **tags,
        "experiment": experiment.name,
        DIGEST_TAG: experiment.digest,
        **_data_tags(store.root, [dataset.source for dataset in experiment.trained_on]),
    }
    with mlflow.start_run(
        experiment_id=store.experiment_id, run_name=experiment.name, nested=True, tags=child_tags
    ) as run:
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
        version = _registered_version(store, results.suite, experiment, tags)
        model_id = version.tags[MODEL_ID_TAG]
        metrics = _metrics(experiment, model_id, tested)
        for first in range(0, len(metrics), _BATCH):
            store.client.log_batch(run.info.run_id, metrics=metrics[first : first + _BATCH])
    return {
        "run_id": run.info.run_id,
        "model_id": model_id,
        "version": str(version.version),
        "version_uri": f"models:/{store.model_name}/{version.version}",
        "model_digest": experiment.digest,
    }


def _registered_version(
    store: _Store, suite: str, experiment: Experiment, tags: Mapping[str, str]
) -> ModelVersion:
    """Return the version with the same files, or register a new one."""
    found = find_version(store.client, store.model_name, experiment.digest)
    if found is not None:
        return found
    version_tags = {
        **tags,
        "experiment": experiment.name,
        "sources": ",".join(dataset.source for dataset in experiment.trained_on),
        DIGEST_TAG: experiment.digest,
        **{f"micro_f1.{tested}": f"{f1:.4f}" for tested, f1 in experiment.scores.items()},
    }
    if experiment.scores:
        version_tags["micro_f1"] = f"{fmean(experiment.scores.values()):.4f}"
    model_id = log_model(experiment.model, f"{suite}-{experiment.name}", version_tags)
    # A version does not say which logged model it was made from.
    return add_version(store.model_name, model_id, {**version_tags, MODEL_ID_TAG: model_id})


def _metrics(
    experiment: Experiment, model_id: str, tested: Mapping[str, MetaDataset]
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


def _data_tags(root: Path, sources: Iterable[str]) -> dict[str, str]:
    return {
        f"dvc.{path}": md5
        for source in sorted(sources)
        for path, md5 in dvc_hashes(root, source).items()
    }
