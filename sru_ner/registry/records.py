"""Reads what the store holds about a registered version: its run, its data and its artifacts."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import DatasetInput, Run
from mlflow.entities.model_registry import ModelVersion, RegisteredModel
from mlflow.exceptions import MlflowException

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.registry.versions import DIGEST_TAG, MODEL_ID_TAG

_REFERENCE = re.compile(r"(?:models:/)?(?P<name>[^@/:]+)(?:@(?P<alias>[^@/]+)|/(?P<version>\d+))?")
SCORED = "scored"
"""Folder of a run's artifacts with the decisions that its figures were computed from."""
DECISIONS_FILE, DOCUMENTS_FILE = "decisions.parquet", "documents.json"
"""Files in it: the decisions, and the identifiers of the scored documents by tested corpus."""
_CONTEXT = "mlflow.data.context"
_PARENT = "mlflow.parentRunId"


@dataclass(frozen=True, slots=True)
class VersionRecord:
    """What the store holds about a version of a registered model."""

    name: str
    version: str
    aliases: tuple[str, ...] = ()
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    """Tags of the version."""
    registered: int = 0
    """Time of the registration, in milliseconds since 1970."""
    experiment_id: str | None = None
    """MLflow experiment of its run."""
    run_id: str | None = None
    """Newest run that logged this model; None if no run is known, or if it was deleted."""
    suite_run_id: str | None = None
    """Run of the suite around it."""
    run_tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)
    """Settings of the training, as MLflow keeps them: as text."""
    datasets: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(`training` or `evaluation`, name of the data set) → digest of its tables."""

    @property
    def uri(self) -> str:
        """URI of the version: `models:/name/version`."""
        return f"models:/{self.name}/{self.version}"

    @property
    def title(self) -> str:
        """Name for readers, such as `sru-ner 2`."""
        return f"{self.name} {self.version}"

    @property
    def model_id(self) -> str | None:
        """MLflow's id of the logged model that it was made from; None if it is not known."""
        return self.tags.get(MODEL_ID_TAG)


def find_record(
    client: MlflowClient, reference: str, version: str | int | None = None
) -> VersionRecord:
    """Find a version by `NAME@ALIAS`, `NAME/VERSION`, or a bare `NAME` and a version or alias.

    The reference may begin with `models:/`. Raises `InputError` for another form and for a
    reference without a version, and `UnknownNameError` for a model, alias or version that does not
    exist.
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        raise InputError(
            f"{reference!r} does not name a registered model", remedy="write NAME@ALIAS"
        )
    model = registered_model(client, found["name"])
    chosen = found["alias"] or found["version"]
    if chosen and version is not None:
        raise InputError(
            f"{reference} names a version already", remedy=f"write {model.name} --version {version}"
        )
    chosen = chosen or (None if version is None else str(version))
    if chosen is None:
        raise InputError(
            f"no version of {model.name} is named",
            remedy=f"write {model.name}@candidate, or add --version NUMBER",
        )
    number = str(model.aliases.get(chosen, chosen))
    try:
        found_version = client.get_model_version(model.name, number)
    except MlflowException:
        versions = client.search_model_versions(f"name = '{model.name}'")
        known = [*model.aliases, *(str(each.version) for each in versions)]
        raise UnknownNameError(
            f"version of {model.name} with the alias or number", chosen, known
        ) from None
    return _record(client, found_version, model)


def registered_model(client: MlflowClient, name: str) -> RegisteredModel:
    """Return a registered model with its aliases; raises `UnknownNameError` for another name."""
    try:
        return client.get_registered_model(name)
    except MlflowException as error:
        if error.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        known = (model.name for model in client.search_registered_models())
        raise UnknownNameError("registered model", name, known) from None


def download_run(run_id: str | None, path: str, folder: Path) -> Path | None:
    """Return a local copy of an artifact of a run; None if there is none.

    folder: where artifacts of a remote store are copied to.
    """
    if run_id is None or path not in {each.path for each in MlflowClient().list_artifacts(run_id)}:
        return None
    return Path(
        mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path=path, dst_path=str(folder))
    )


def _record(client: MlflowClient, version: ModelVersion, model: RegisteredModel) -> VersionRecord:
    number = str(version.version)
    record = VersionRecord(
        name=version.name,
        version=number,
        aliases=tuple(sorted(a for a, v in model.aliases.items() if str(v) == number)),
        description=version.description or "",
        tags=dict(version.tags),
        registered=int(version.creation_timestamp or 0),
    )
    run = _newest_run(client, version)
    if run is None:
        return record
    return replace(
        record,
        experiment_id=run.info.experiment_id,
        run_id=run.info.run_id,
        suite_run_id=run.data.tags.get(_PARENT),
        run_tags=dict(run.data.tags),
        params=dict(run.data.params),
        datasets=dict(map(_dataset, run.inputs.dataset_inputs if run.inputs else ())),
    )


def _dataset(given: DatasetInput) -> tuple[tuple[str, str], str]:
    context = next((tag.value for tag in given.tags if tag.key == _CONTEXT), "")
    return (context, given.dataset.name), given.dataset.digest


def _newest_run(client: MlflowClient, version: ModelVersion) -> Run | None:
    """Return the newest run that logged the files of a version: a model may be tested again."""
    try:
        first = client.get_run(version.run_id) if version.run_id else None
    except MlflowException:
        return None
    digest = version.tags.get(DIGEST_TAG)
    if first is None or digest is None:
        return first
    runs = client.search_runs(
        [first.info.experiment_id],
        f"tags.{DIGEST_TAG} = '{digest}' AND attributes.status = 'FINISHED'",
        max_results=1,
        order_by=["attributes.start_time DESC"],
    )
    return next(iter(runs), first)
