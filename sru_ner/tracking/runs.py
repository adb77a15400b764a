"""Logs the results of a suite to MLflow: one parent run, and a run below it for each experiment."""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Metric, Run
from mlflow.exceptions import MlflowException
from mlflow.utils.mlflow_tags import MLFLOW_RUN_NOTE

from sru_ner.errors import without_secrets
from sru_ner.layout import SuiteLayout
from sru_ner.locks import hold
from sru_ner.registry.store import open_experiment, store_errors, tracking_uri
from sru_ner.registry.versions import CANDIDATE, has_files
from sru_ner.settings.params import Params
from sru_ner.tracking.experiment_run import Store, data_tags, log_experiment
from sru_ner.tracking.staleness import check_stages
from sru_ner.tracking.suite_results import SuiteResults, read_suite_results
from sru_ner.tracking.training_run import EXPERIMENT_DESCRIPTION, log_metrics, logged_steps

PIPELINE_TAG = "pipeline_digest"
_REGISTRATION = "registration.json"
_MODEL_DESCRIPTION = (
    "Named-entity recognition models of SRU-NER. `candidate` is what the last run of the pipeline"
    " proposes."
)
_REMEDY = "repair the store and run this again: what is logged already is kept, nothing is doubled"


def log_suite(
    params: Params, root: Path, say: Callable[[str], None] = lambda line: None
) -> dict[str, Any]:
    """Log the results of a suite, register the chosen models and set the candidate's alias.

    root: the project's root. say: tells the user what is logged, in a line. Nothing is logged
    twice: results that were logged before keep their runs, a model that is registered already
    keeps its version, and a call after an interrupted one completes it. Returns the content of
    `registration.json`: URIs, run ids and versions by experiment. Raises `InputError` for a file
    that a stage should have written and for a model that is out of date, and `SruNerError` for a
    store that fails.
    """
    settings, dvc_file = params.register_, SuiteLayout(params.suite).dvc_file
    # This comes first because a client uses the store that MLflow has when the client is made.
    with (
        hold(root, f"register@{params.suite}", doing=f"is registering {params.suite}"),
        store_errors(root, _REMEDY),
    ):
        check_stages(root, [f"{dvc_file}:train@{name}" for name in params.experiments])
        results = read_suite_results(params, root)
        experiment_id = open_experiment(root, settings.mlflow_experiment, EXPERIMENT_DESCRIPTION)
        store = Store(MlflowClient(), experiment_id, settings.model_name, root, params)
        earlier = _earlier(store, results)
        runs = _find_runs(store, earlier, say) or _log_runs(store, results, earlier, say)
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


def _earlier(store: Store, results: SuiteResults) -> Run | None:
    """Return the run of the suite that has equal results, if there is one."""
    condition = (
        f"tags.{PIPELINE_TAG} = '{results.digest}' AND tags.model_name = '{store.model_name}'"
    )
    return next(iter(store.client.search_runs([store.experiment_id], condition)), None)


def _find_runs(
    store: Store, earlier: Run | None, say: Callable[[str], None]
) -> dict[str, Any] | None:
    """Return runs and versions of equal results that were logged before, if all exist."""
    if earlier is None or earlier.info.status != "FINISHED":
        return None
    try:
        found = dict(mlflow.artifacts.load_dict(f"{earlier.info.artifact_uri}/{_REGISTRATION}"))
        if not all(_exists(store, *each) for each in found["experiments"].items()):
            return None
    except (MlflowException, OSError):
        return None  # somebody deleted a part of it
    say(f"these results were logged before, as run {earlier.info.run_id}")
    return found


def _exists(store: Store, name: str, entry: Mapping[str, Any]) -> bool:
    """Whether the run of an experiment exists, and its version if it should have one."""
    if store.client.get_run(entry["run_id"]).info.lifecycle_stage != "active":
        return False
    if not store.params.register_.has_version(name):
        return True
    return entry["version"] is not None and has_files(entry["version_uri"])


def _log_runs(
    store: Store, results: SuiteResults, earlier: Run | None, say: Callable[[str], None]
) -> dict[str, Any]:
    _describe_model(store)
    sources = {d.source for e in results.experiments for d in e.trained_on} | set(results.tested)
    tags = {
        "suite": results.suite,
        "model_name": store.model_name,
        "git_commit": ",".join(sorted({e.revision.commit for e in results.experiments})),
        "git_dirty": str(any(e.revision.dirty for e in results.experiments)).lower(),
        PIPELINE_TAG: results.digest,
        MLFLOW_RUN_NOTE: _description(results),
        **data_tags(store.root, sources),
    }
    new = {"run_name": results.suite, "experiment_id": store.experiment_id}
    which = new if earlier is None else {"run_id": earlier.info.run_id}
    experiments = {}
    with mlflow.start_run(**which, tags=tags) as parent:
        run_id = parent.info.run_id
        for name, folder in results.reports.items():
            mlflow.log_artifacts(str(folder), name)
        for number, experiment in enumerate(results.experiments, start=1):
            say(f"logging {experiment.name} ({number} of {len(results.experiments)})")
            experiments[experiment.name] = log_experiment(store, results, experiment, run_id)
        metrics = _key_figures(results)
        log_metrics(
            store.client,
            run_id,
            metrics,
            logged_steps(store.client, parent, [metric.key for metric in metrics]),
        )
        found = {"parent_run_id": run_id, "experiments": experiments}
        mlflow.log_dict(found, _REGISTRATION)
    return found


def _describe_model(store: Store) -> None:
    """Make the registered model with a description, if it does not exist yet."""
    if not store.client.search_registered_models(f"name = '{store.model_name}'"):
        store.client.create_registered_model(store.model_name, description=_MODEL_DESCRIPTION)


def _means(results: SuiteResults) -> dict[str, float]:
    """Return the mean of each experiment's micro F1 over tested corpora."""
    return {e.name: fmean(e.scores.values()) for e in results.experiments if e.scores}


def _key_figures(results: SuiteResults) -> list[Metric]:
    now = int(time.time() * 1000)
    return [Metric(f"micro_f1.{name}", f1, now, 0) for name, f1 in _means(results).items()]


def _description(results: SuiteResults) -> str:
    rows = "".join(f"\n| {name} | {100 * f1:.1f} |" for name, f1 in _means(results).items())
    return (
        f"The suite `{results.suite}`, tested on {', '.join(results.tested)}. Its reports are among"
        " the artifacts, and its trainings are the runs below."
        + (f"\n\n| experiment | mean micro F1 (%) |\n|---|---:|{rows}" if rows else "")
    )
