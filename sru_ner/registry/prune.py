"""Finds and deletes runs and versions that nobody needs: without their files, or old."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mlflow import MlflowClient
from mlflow.entities import LoggedModel, Run
from mlflow.exceptions import MlflowException
from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository
from mlflow.utils.mlflow_tags import MLFLOW_PARENT_RUN_ID

from sru_ner.registry.store import find_root, open_store, store_errors
from sru_ner.registry.versions import DIGEST_TAG, MODEL_ID_TAG, has_files

_DAY = 24 * 60 * 60 * 1000  # milliseconds


@dataclass(frozen=True, slots=True)
class Item:
    """What can be deleted."""

    kind: Literal["version", "run", "model"]
    """A registered version, a run, or the files of a model that a run logged."""
    key: str
    """Number of the version, or MLflow's id."""
    title: str
    """Name for the user."""
    reason: str


def find_items(root: Path, *, experiment: str, model_name: str, days: float | None) -> list[Item]:
    """List what can be deleted of an MLflow experiment and of a registered model.

    root: folder in the project. days: age from which runs and versions are listed; None lists them
    at no age. A version with an alias stays, and so do its run and that of its suite. A run that
    goes on stays. Raises as `open_store` does, and `SruNerError` if the store fails.
    """
    open_store(find_root(root))
    limit = None if days is None else time.time() * 1000 - days * _DAY
    old = "" if days is None else f"older than {days:g} days"
    with store_errors(root, "repair the store and run this again"):
        client = MlflowClient()
        found = client.get_experiment_by_name(experiment)
        if found is None:
            return []
        runs = list(_runs(client, found.experiment_id))
        models = client.search_logged_models([found.experiment_id])
        versions, kept = _versions(client, model_name, limit, old)
        needed = _needed(client, kept)
        lost = {m.source_run_id for m in models if not has_files(f"models:/{m.model_id}")}
        items = [*versions]
        for run in runs:
            reason = _reason(run, lost, limit, old)
            if reason and run.info.run_id not in needed:
                title = f"{run.info.run_name} ({run.info.run_id[:8]})"
                items.append(Item("run", run.info.run_id, title, reason))
        return [*items, *_models(models, kept, items)]


def delete_items(root: Path, items: Sequence[Item], model_name: str) -> None:
    """Delete what `find_items` found, with the files. Raises `SruNerError` if the store fails."""
    open_store(find_root(root))
    with store_errors(root, "repair the store and run this again"):
        client = MlflowClient()
        for item in items:
            # The files go first: after an interruption, the next call finds the rest.
            if item.kind == "version":
                client.delete_model_version(model_name, item.key)
            elif item.kind == "run":
                _delete_files(client.get_run(item.key).info.artifact_uri)
                client.delete_run(item.key)
            else:
                _delete_files(client.get_logged_model(item.key).artifact_location)
                client.delete_logged_model(item.key)


def _delete_files(uri: str) -> None:
    get_artifact_repository(uri).delete_artifacts()


def _runs(client: MlflowClient, experiment_id: str) -> Iterator[Run]:
    token = None
    while True:
        page = client.search_runs([experiment_id], page_token=token)
        yield from page
        token = page.token
        if not token:
            return


def _versions(
    client: MlflowClient, model_name: str, limit: float | None, old: str
) -> tuple[list[Item], set[str]]:
    """Return the versions to delete, and the ids of the logged models of all others."""
    try:
        aliased = {str(v) for v in client.get_registered_model(model_name).aliases.values()}
    except MlflowException:
        return [], set()  # nothing is registered yet
    items, kept = [], set()
    for version in client.search_model_versions(f"name = '{model_name}'"):
        number, uri = str(version.version), f"{model_name}/{version.version}"
        if number not in aliased and not has_files(f"models:/{uri}"):
            items.append(Item("version", number, uri, "its files are gone"))
        elif number not in aliased and limit is not None and version.creation_timestamp < limit:
            items.append(Item("version", number, uri, f"{old}, and without an alias"))
        elif MODEL_ID_TAG in version.tags:
            kept.add(version.tags[MODEL_ID_TAG])
    return items, kept


def _needed(client: MlflowClient, models: set[str]) -> set[str]:
    """Return the ids of the runs that logged some models, and of the suites' runs above them."""
    needed = set()
    for model in models:
        try:
            run = client.get_run(str(client.get_logged_model(model).source_run_id))
        except MlflowException:
            continue  # somebody deleted it
        needed |= {run.info.run_id, run.data.tags.get(MLFLOW_PARENT_RUN_ID, "")}
    return needed


def _reason(run: Run, lost: set[str | None], limit: float | None, old: str) -> str | None:
    if run.info.run_id in lost:
        return "the files of its model are gone"
    ended = run.info.status in ("FAILED", "KILLED")
    if ended and DIGEST_TAG not in run.data.tags and "experiment" in run.data.tags:
        return "its training made no model"
    if limit is not None and run.info.start_time < limit and run.info.status != "RUNNING":
        return old
    return None


def _models(models: Sequence[LoggedModel], kept: set[str], items: Sequence[Item]) -> Iterator[Item]:
    """Yield the logged models that no kept version needs and whose run or version goes."""
    gone: set[str | None] = {item.key for item in items if item.kind == "run"}
    if any(item.kind == "version" for item in items):
        gone |= {m.source_run_id for m in models if m.model_id not in kept}
    for model in models:
        if model.model_id not in kept and model.source_run_id in gone:
            yield Item("model", model.model_id, model.name, "its run or version is deleted")
