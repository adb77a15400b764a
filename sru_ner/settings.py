"""`params.yaml`, checked: every section is named like the pipeline stage that reads it."""

from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.files import read_yaml

LeakageTreatment = Literal["mark", "drop_train", "drop_test"]
"""What may be done about documents that are in training and in test data."""

Split = Literal["train", "dev", "test"]

Tuning = Literal["none", "global", "per_type"]
"""Which thresholds are chosen: none, one for all types of a model, or one for each type as well."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class HarmonizeSettings(_Section):
    max_refused_share: float = Field(0.01, ge=0, le=1)
    """Share of a source's mentions that may be refused before the stage fails."""
    dev_share: float = Field(0.1, gt=0, lt=1)
    """Share of the training documents drawn as dev where a source gives no dev split."""


class TrainSettings(_Section):
    encoder: str = EMBEDDED_ENCODER
    """A hub name, a local folder, or the embedded default."""
    supervision: Literal["dynamic", "closed"] = "dynamic"
    """Types a source never annotated are left unpenalised (`dynamic`) or absent (`closed`)."""
    types: Literal["separate", "merged"] = "separate"
    """Keep `source$type` until scoring (`separate`), or share types of one name (`merged`)."""
    train_with_dev: bool = False
    """Learn from the dev split, too, through all `epochs`: none is chosen by its score on dev."""
    epochs: int = Field(100, ge=1)
    """Upper limit of epochs."""
    epoch_sequences: int | None = Field(None, ge=1)
    """Sequences of one epoch, from all sources together; null: the mean source size."""
    patience: int = Field(30, ge=1)
    """Epochs without a better mean dev micro F1 after which training stops."""
    batch_size: int = Field(16, ge=1)
    """Sequences per optimiser step, however many processes share them."""
    max_tokens: int = Field(16384, ge=1)
    """Sub-words with padding per forward pass; a larger step takes several, to one gradient."""
    encoder_learning_rate: float = Field(2e-5, ge=0)
    """Peak learning rate of the encoder; 0 freezes it."""
    frozen_layers: int = Field(0, ge=0)
    """Lowest parts of the encoder that stay as they are: 1 for the embeddings, 2 with layer 1, …"""
    learning_rate: float = Field(3e-4, gt=0)
    """Peak learning rate of everything else."""
    encoder_warmup_epochs: float = Field(1.0, ge=0)
    """Epochs of linear warm-up of the encoder's learning rate."""
    warmup_epochs: float = Field(0.5, ge=0)
    """Epochs of linear warm-up of the other learning rate."""
    weight_decay: float = Field(1e-3, ge=0)
    """AdamW weight decay."""
    max_grad_norm: float = Field(1.0, gt=0)
    """Gradient norm above which gradients are scaled down."""
    max_subwords: int = Field(405, ge=8)
    """Sub-words per sequence, CLS and SEP included; longer sentences are cut outside mentions."""
    pack: bool = False
    """Read neighbouring sentences of a document together, as many as fit `max_subwords`."""
    half_context: int = Field(150, ge=1)
    """h: slots on each side of the pointer that have a relative position."""
    latents_per_action: int = Field(2, ge=1)
    """c: the context is read with K = c · V latents."""
    token_multiplier: float = 1.0
    """m: weight of the memory against the relative position when the context is read."""
    train_token_multiplier: bool = False
    """Whether m is learned."""
    context: Literal["attention", "mean", "none"] = "attention"
    """What is read of the memory: slots by their scores, all slots alike, or nothing."""
    positions: bool = True
    """Whether relative positions have a part in the scores."""
    next_word: bool = True
    """Whether the perceptron is fed the word at the pointer, beside the context."""
    open_strength: float = Field(1.0, ge=0, le=1)
    """λ of the dynamic loss."""
    latent_dropout: float = Field(0.2, ge=0, lt=1)
    """Dropout of the latents."""
    position_dropout: float = Field(0.2, ge=0, lt=1)
    """Dropout of the relative positions."""
    input_dropout: float = Field(0.1, ge=0, lt=1)
    """Dropout of the word vector and the context before the perceptron."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """`auto` takes bf16 on a device made for it (GPU, CPU with AVX-512 BF16 or AMX), else fp32."""
    torch_compile: bool = False
    """Whether the encoder is compiled, which takes a minute and a C++ compiler at the start."""
    seed: int = 42
    """Seeds initialisation, sampling and dropout."""

    @property
    def learned_splits(self) -> tuple[Split, ...]:
        """The splits that are learned from."""
        return ("train", "dev") if self.train_with_dev else ("train",)


class ExperimentSettings(TrainSettings):
    """One model: the sources it learns from, and whatever it sets differently from `train`."""

    sources: tuple[str, ...] = Field(min_length=1)
    """Harmonised sources to learn from, each equally likely to be drawn."""

    @property
    def learned(self) -> tuple[tuple[str, Split], ...]:
        """The sources and splits that are learned from."""
        return tuple(product(self.sources, self.learned_splits))


class PredictionSettings(_Section):
    """What another tool predicted: a further row of the matrix."""

    folder: str = Field(min_length=1)
    """Where its files are."""
    files: dict[str, str] = Field(min_length=1)
    """Tested corpus → file, folder or archive in `folder`; others have no figure."""
    type_map: str | dict[str, str | tuple[str, ...] | None] = Field(default_factory=dict)
    """A tool of `sru_ner/predictions/type_maps.yaml`, or its types → ours."""
    types: tuple[str, ...] = ()
    """All types that it knows, as they are called here; empty: those of the type map and files."""
    sources: tuple[str, ...] | None = None
    """Those of `corpora` that it learned from, empty: none of them; null: that is not known."""
    reader: str | None = None
    """Format of the files; null: told from their content."""
    options: dict[str, Any] = Field(default_factory=dict)
    """What the reader is to be told."""
    align: bool = False
    """Whether predictions are carried over where the files have other versions of the texts."""


class EvaluateSettings(_Section):
    tested: tuple[str, ...] = Field(min_length=1)
    """Sources every model is tested on."""
    split: Split = "test"
    """The split that is scored."""
    types: Literal["inventory", "common"] = "inventory"
    """Types of the shown F1: the tested corpus's inventory, or those the model also knows."""
    leakage: LeakageTreatment = "mark"
    """What becomes of documents that are in what a model learns from and in what it is tested on:
    cells of the matrix are marked (`mark`), the training documents are held out (`drop_train`), or
    the tested documents are left out of the figures (`drop_test`)."""
    thresholds: Tuning = "none"
    """Lowest scores that count, chosen on the dev split of each model's own sources: `none`, one
    for all types of a model (`global`), or also one for each type (`per_type`)."""
    batch_size: int = Field(32, ge=1)
    """Sentences per forward pass."""
    predictions: dict[str, PredictionSettings] = Field(default_factory=dict)
    """Other tools whose predictions are scored beside the models', by name."""

    @model_validator(mode="after")
    def _dev_tunes_or_tests(self) -> "EvaluateSettings":
        if self.thresholds != "none" and self.split == "dev":
            raise ValueError(
                "evaluate: thresholds are tuned on dev: score another split, or set none"
            )
        return self


class AssessSettings(_Section):
    experiment: str
    """The model whose out-of-inventory predictions are sampled."""
    per_stratum: int = Field(10, ge=1)
    """Predictions drawn per tested corpus, type and score band."""
    score_bands: tuple[float, ...] = (0.5, 0.7, 0.9, 1.0)
    """Edges of the score bands."""
    seed: int = 42
    """Seeds the draw."""


class RegisterSettings(_Section):
    candidate: str
    """The experiment whose model gets the alias `candidate`."""
    model_name: str = "sru-ner"
    """Name in the MLflow model registry."""
    mlflow_experiment: str = "sru-ner"
    """Name of the MLflow experiment."""


class Params(_Section):
    """All of `params.yaml`."""

    suite: str
    """Its name; outputs go to `models/<suite>`, `reports/<suite>` and folders like these."""
    corpora: tuple[str, ...] = Field(min_length=1)
    """Sources that are fetched and harmonised."""
    left_out: tuple[str, ...] = ()
    """Sources of the suite that could not be had, and so are in no other parameter."""
    harmonize: HarmonizeSettings
    train: TrainSettings
    experiments: dict[str, ExperimentSettings] = Field(min_length=1)
    """Models to train, by name."""
    evaluate: EvaluateSettings
    assess: AssessSettings
    register_: RegisterSettings = Field(alias="register")

    @model_validator(mode="before")
    @classmethod
    def _experiments_inherit_train(cls, values: Any) -> Any:
        if isinstance(values, Mapping) and isinstance(values.get("experiments"), Mapping):
            common = values.get("train") or {}
            merged = {k: {**common, **(v or {})} for k, v in values["experiments"].items()}
            values = {**values, "experiments": merged}
        return values

    @model_validator(mode="after")
    def _dev_is_kept_where_it_is_needed(self) -> "Params":
        scored = set(self.evaluate.tested) if self.evaluate.split == "dev" else set()
        for name, experiment in self.experiments.items():
            if experiment.train_with_dev:
                use = "score" if scored & set(experiment.sources) else None
                if self.evaluate.thresholds != "none":
                    use = "tune thresholds on"
                if use:
                    raise ValueError(
                        f"experiments.{name} learns from dev (train_with_dev), and evaluate"
                        f" would {use} it"
                    )
        return self

    @property
    def models(self) -> tuple[str, ...]:
        """Rows of the matrix: the experiments, then the other tools."""
        return (*self.experiments, *self.evaluate.predictions)

    def experiment(self, name: str) -> ExperimentSettings:
        """Settings of one experiment; raises `UnknownNameError` that lists the known ones."""
        if name not in self.experiments:
            raise UnknownNameError("experiment", name, self.experiments)
        return self.experiments[name]


def load_params(path: Path = Path("params.yaml")) -> Params:
    """Read and check a parameter file.

    Raises `UnknownNameError` for a parameter or a referenced source or experiment that does not
    exist, `InputError` for anything else that is wrong, naming the parameter.
    """
    values = read_yaml(
        path, remedy="run the command in the project's root, or name a file with --params"
    )
    try:
        params = Params.model_validate(values)
    except ValidationError as error:
        raise _explain(error, path) from None
    _check_references(params)
    return params


def _explain(error: ValidationError, path: Path) -> Exception:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"]]
    if first["type"] == "extra_forbidden":
        section: Any = Params
        if len(place) > 1:
            section = ExperimentSettings if place[0] == "experiments" else None
            field = Params.model_fields.get("register_" if place[0] == "register" else place[0])
            section = section or (field.annotation if field else Params)
        known = [f.alias or name for name, f in section.model_fields.items()]
        return UnknownNameError("parameter", ".".join(place), known, place=path)
    if first["type"] == "value_error":  # of a check on a whole section, which says what is wrong
        wrong = str(first["ctx"]["error"])
    else:
        wrong = f"{'.'.join(place)}: {first['msg']} (found {first['input']!r})"
    return InputError(
        wrong,
        path=path,
        remedy="see sru_ner/settings.py for what each parameter takes",
    )


def _check_references(params: Params) -> None:
    for experiment in params.experiments.values():
        for source in experiment.sources:
            if source not in params.corpora:
                raise UnknownNameError("source", source, params.corpora, place="experiments")
    for source in params.evaluate.tested:
        if source not in params.corpora:
            raise UnknownNameError("source", source, params.corpora, place="evaluate.tested")
    for name, predictions in params.evaluate.predictions.items():
        if name in params.experiments:
            raise InputError(
                f"evaluate.predictions.{name}: an experiment is called so, too",
                remedy="give the predictions another name",
            )
        for source in predictions.files:
            if source not in params.evaluate.tested:
                place = f"evaluate.predictions.{name}.files"
                raise UnknownNameError("source", source, params.evaluate.tested, place=place)
        for source in predictions.sources or ():
            if source not in params.corpora:
                place = f"evaluate.predictions.{name}.sources"
                raise UnknownNameError("source", source, params.corpora, place=place)
    params.experiment(params.assess.experiment)
    params.experiment(params.register_.candidate)
