"""All parameters of a suite: reading them, and the checks that concern several sections."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import read_yaml
from sru_ner.settings.names import Name
from sru_ner.settings.sections import (
    AssessSettings,
    EvaluateSettings,
    ExperimentSettings,
    RegisterSettings,
    ReviewSettings,
    Section,
    TrainSettings,
)
from sru_ner.settings.validation import validate


class Params(Section):
    """All of the `params.yaml` of a suite."""

    suite: Name
    """Name of the suite; outputs go to `models/<suite>`, `reports/<suite>` and similar folders."""
    corpora: tuple[Name, ...] = Field(min_length=1)
    """Sources that the suite learns from or is tested on."""
    left_out: tuple[Name, ...] = ()
    """Sources of the suite that are not available; no other parameter names them."""
    train: TrainSettings
    experiments: dict[Name, ExperimentSettings] = Field(min_length=1)
    """Models to train, by name."""
    evaluate: EvaluateSettings
    assess: AssessSettings
    register_: RegisterSettings = Field(alias="register")
    review: ReviewSettings = ReviewSettings()

    @model_validator(mode="before")
    @classmethod
    def _experiments_inherit_train(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and isinstance(values.get("experiments"), Mapping):
            common = values.get("train") or {}
            if not isinstance(common, Mapping):  # the model says what is wrong with it
                return values
            merged = {
                k: {**common, **(v or {})} if isinstance(v or {}, Mapping) else v
                for k, v in values["experiments"].items()
            }
            values = {**values, "experiments": merged}
        return values

    @model_validator(mode="after")
    def _dev_is_not_trained_on_where_it_is_needed(self) -> "Params":
        scored = set(self.evaluate.tested) if self.evaluate.split == "dev" else set()
        for name, experiment in self.experiments.items():
            if experiment.train_with_dev:
                use = "score" if scored & set(experiment.sources) else None
                if self.evaluate.thresholds != "none":
                    use = "tune thresholds on"
                if use:
                    raise ValueError(
                        f"experiments.{name} is trained on dev (train_with_dev), but evaluate"
                        f" would {use} it"
                    )
        return self

    @property
    def models(self) -> tuple[str, ...]:
        """Rows of the matrix: the experiments, then the other tools."""
        return (*self.experiments, *self.evaluate.predictions)

    def experiment(self, name: str) -> ExperimentSettings:
        """Return the settings of one experiment; raises `UnknownNameError` for another name."""
        if name not in self.experiments:
            raise UnknownNameError("experiment", name, self.experiments)
        return self.experiments[name]


def load_params(path: Path) -> Params:
    """Read and check the parameter file of a suite.

    Raises `UnknownNameError` for a parameter that does not exist, or that names a source or
    experiment that does not exist. Raises `InputError`, which names the parameter, for any other
    mistake.
    """
    values = read_yaml(
        path, remedy="run the command in the project's folder, or name a file with --params"
    )
    params = validate(
        Params, values, path=path, remedy="docs/reference/settings.md describes each parameter"
    )
    _check_references(params)
    return params


def _check_references(params: Params) -> None:
    corpora, tested = params.corpora, params.evaluate.tested
    for name, experiment in params.experiments.items():
        _check_sources(experiment.sources, corpora, f"experiments.{name}.sources")
    _check_sources(tested, corpora, "evaluate.tested")
    for name, predictions in params.evaluate.predictions.items():
        place = f"evaluate.predictions.{name}"
        if name in params.experiments:
            raise InputError(
                f"{place}: there is an experiment of the same name",
                remedy="give the predictions another name",
            )
        _check_sources(predictions.files, tested, f"{place}.files")
        _check_sources(predictions.sources or (), corpora, f"{place}.sources")
    if isinstance(params.evaluate.overlaps, dict):
        for name in params.evaluate.overlaps:
            params.experiment(name)
    gated = [key.partition(".")[0] for key in params.review.least_f1]
    _check_sources(gated, tested, "review.least_f1")
    params.experiment(params.assess.experiment)
    for name in params.assess.beside:
        if name not in params.evaluate.predictions:
            params.experiment(name)
    for name in (params.register_.candidate, *params.register_.models):
        params.experiment(name)


def _check_sources(sources: Iterable[str], known: Sequence[str], place: str) -> None:
    for source in sources:
        if source not in known:
            raise UnknownNameError("source", source, known, place=place)
