"""The run of one training in MLflow: `train` begins it, and `register` completes it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import Metric, Param, Run, RunStatus
from mlflow.utils.mlflow_tags import (
    MLFLOW_GIT_COMMIT,
    MLFLOW_PARENT_RUN_ID,
    MLFLOW_RUN_NAME,
    MLFLOW_RUN_NOTE,
)

from sru_ner.environment.provenance import UNKNOWN, Revision, git_revision
from sru_ner.registry.versions import DIGEST_TAG

EXPERIMENT_DESCRIPTION = (
    "Suites of SRU-NER. A suite is a run, and the trainings of its models are the runs below it;"
    " a training that is not registered yet is a run of its own."
)
"""Description of the MLflow experiment that holds all runs of a project."""
TRAINING_TAG = "training_digest"
"""Tag of a run: SHA-256 over the settings and data of its training, and where it runs."""
_BATCH = 1000  # MLflow's limit for metrics in one call


@dataclass(frozen=True, slots=True)
class Training:
    """A training that begins or goes on."""

    suite: str
    experiment: str
    settings: Mapping[str, Any]
    digest: str
    """Of `TRAINING_TAG`: a training that goes on has the digest that it began with."""


def begin_run(client: MlflowClient, experiment_id: str, training: Training, root: Path) -> Run:
    """Return the run of a training: a new one, or the unfinished one of the same training."""
    condition = f"tags.{TRAINING_TAG} = '{training.digest}' AND attributes.status != 'FINISHED'"
    earlier = client.search_runs([experiment_id], condition)
    if earlier:
        client.update_run(earlier[0].info.run_id, RunStatus.to_string(RunStatus.RUNNING))
        return earlier[0]
    tags = {
        MLFLOW_RUN_NAME: training.experiment,
        MLFLOW_RUN_NOTE: f"Training of the experiment `{training.experiment}` of the suite"
        f" `{training.suite}`. `sru-ner register` adds its figures and its model.",
        "suite": training.suite,
        "experiment": training.experiment,
        TRAINING_TAG: training.digest,
        **revision_tags(git_revision(root)),
    }
    run = client.create_run(experiment_id, tags=tags)
    params = [Param(name, str(value)) for name, value in training.settings.items()]
    client.log_batch(run.info.run_id, params=params)
    return run


def end_run(client: MlflowClient, run_id: str, status: str, model_digest: str | None) -> None:
    """End the run of a training. model_digest: of the model that it made, if it was complete."""
    if model_digest is not None:
        client.set_tag(run_id, DIGEST_TAG, model_digest)
    client.set_terminated(run_id, status)


def trained_run(
    client: MlflowClient, experiment_id: str, suite: str, experiment: str, model_digest: str
) -> Run | None:
    """Return the run that `train` logged for a model and that no suite's run has below it yet."""
    condition = (
        f"tags.{DIGEST_TAG} = '{model_digest}' AND tags.suite = '{suite}'"
        f" AND tags.experiment = '{experiment}'"
    )
    found = client.search_runs([experiment_id], condition)
    return next((run for run in found if MLFLOW_PARENT_RUN_ID not in run.data.tags), None)


def revision_tags(revision: Revision) -> dict[str, str]:
    """Return the tags for the revision of the code that trained a model.

    There are none for an unknown one: the run may have them from its training.
    """
    if revision.commit == UNKNOWN:
        return {}
    return {
        "git_commit": revision.commit,
        "git_dirty": str(revision.dirty).lower(),
        MLFLOW_GIT_COMMIT: revision.commit,
    }


def logged_steps(client: MlflowClient, run: Run, keys: Iterable[str]) -> dict[str, set[int]]:
    """Return the steps at which a run has values of some metrics, by key."""
    return {
        key: {metric.step for metric in client.get_metric_history(run.info.run_id, key)}
        for key in set(keys) & run.data.metrics.keys()
    }


def log_metrics(
    client: MlflowClient, run_id: str, metrics: Iterable[Metric], logged: dict[str, set[int]]
) -> None:
    """Log the metrics of which a run has no value at their step.

    logged: from `logged_steps`; the steps of what is logged are added.
    """
    missing = [metric for metric in metrics if metric.step not in logged.get(metric.key, ())]
    for first in range(0, len(missing), _BATCH):
        batch = missing[first : first + _BATCH]
        client.log_batch(run_id, metrics=batch)
        for metric in batch:
            logged.setdefault(metric.key, set()).add(metric.step)
