"""The sections of `params.yaml`, each named like the pipeline stage that reads it."""

from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from sru_ner.environment.embedded_encoder import EMBEDDED_ENCODER
from sru_ner.settings.names import Name

LeakageTreatment = Literal["mark", "drop_train", "drop_test"]
"""How to treat documents that are in training data and in test data."""

ExclusiveRule = Literal["none", "observed", "all"] | tuple[tuple[str, ...], ...]
"""Which pairs of types count as exclusive: none, those that corpora show, all, or those of each
given group."""

Split = Literal["train", "dev", "test"]

Tuning = Literal["none", "global", "per_type"]
"""Which thresholds are chosen: none, one for all types of a model, or also one for each type."""

Overlaps = Literal["all", "exclusive", "flat"]
"""Which mentions that overlap are kept: all; of those whose types contradict each other, the
likeliest; or a choice without any overlap."""

WITHOUT_INFLUENCE = {"max_tokens", "torch_compile"}
"""Settings of a training that do not change its result, so they may change when it goes on."""


class Section(BaseModel):
    """A section of `params.yaml`: unknown parameters are errors, and values do not change."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True
    )


class HarmonizeSettings(Section):
    """Settings of the stage that brings corpora into the common schema."""

    max_refused_share: float = Field(0.01, ge=0, le=1)
    """Share of a source's mentions that may be refused before the stage fails."""
    dev_share: float = Field(0.1, gt=0, lt=1)
    """Share of the documents drawn as dev, if a source's entry draws dev."""
    test_share: float = Field(0.1, gt=0, lt=1)
    """Share of the documents drawn as test, if a source's entry draws test."""

    @model_validator(mode="after")
    def _something_is_left_to_train_on(self) -> "HarmonizeSettings":
        if self.dev_share + self.test_share >= 1:
            raise ValueError("dev_share and test_share have to be below 1 together")
        return self


class ModelSettings(Section):
    """Hyper-parameters of the model, which its `config.json` keeps."""

    max_subwords: int = Field(256, ge=8)
    """Sub-words per sequence, CLS and SEP included; longer sentences are cut outside mentions."""
    pack: bool = False
    """Read neighbouring sentences of a document together, as many as fit `max_subwords`."""
    half_context: int = Field(150, ge=1)
    """h: slots on each side of the pointer that have a relative position."""
    latents_per_action: int = Field(2, ge=1)
    """c: the context is read with K = c · V latents."""
    token_multiplier: float = 1.0
    """m: weight of the memory relative to the positions when the context is read."""
    train_token_multiplier: bool = False
    """Whether m is trained."""
    context: Literal["attention", "mean", "none"] = "attention"
    """How slots weigh in the context: by their scores, all alike, or not at all (no context)."""
    positions: bool = True
    """Whether relative positions are part of the scores."""
    next_word: bool = True
    """Whether the perceptron gets the word at the pointer in addition to the context."""
    open_strength: float = Field(1.0, ge=0, le=1)
    """λ of the dynamic loss: the target of an open action is λ times its probability."""
    teacher_weight: float = Field(0.5, ge=0, le=1)
    """Share of the `teacher`'s probability in the target of an action; the rest is gold's."""
    exclusive_above: float = Field(0.5, ge=0, le=1)
    """Probability above which an open action counts as absent if a gold type excludes its type. 1:
    none does, and exclusive types only matter where predictions are chosen."""
    mention_bias: float = 0.0
    """Added to the logits of the actions that open and close mentions, in predictions only: above
    0, more mentions are found, and more of them are wrong."""
    latent_dropout: float = Field(0.2, ge=0, lt=1)
    """Dropout of the latents."""
    position_dropout: float = Field(0.2, ge=0, lt=1)
    """Dropout of the relative positions."""
    input_dropout: float = Field(0.1, ge=0, lt=1)
    """Dropout of the word vector and the context before the perceptron."""


class TrainSettings(ModelSettings):
    """Settings of a model and its training; an experiment may change any of them."""

    encoder: str = EMBEDDED_ENCODER
    """Pre-trained encoder: a hub name, a local folder, or the embedded default."""
    encoder_layers: int | None = Field(None, ge=1)
    """Number of the encoder's layers that are kept, the first ones; null: all."""
    start_from: str | None = None
    """Trained model to go on from: a folder, or the name of a released model. Its encoder takes the
    place of `encoder`. What it learned of a type is kept if a source has that type. null: the
    pre-trained encoder, and new weights for everything else."""
    teacher: str | None = None
    """Trained model, a folder or the name of a released model, whose probabilities of the actions
    are learned beside the gold mentions. It may have another encoder. null: gold only."""
    supervision: Literal["dynamic", "closed"] = "dynamic"
    """Types that a source did not annotate have no penalty (`dynamic`) or are absent (`closed`)."""
    types: Literal["separate", "merged"] = "separate"
    """Each source has its own labels, `source$type`, until scoring (`separate`), or sources share
    the label of a type (`merged`)."""
    exclusive: ExclusiveRule = "none"
    """Pairs of types of which no mention is both, so that a mention of one is known not to be of
    the other: `none`, those that the sources show (`observed`), `all`, or those named. A list of
    more than two types stands for all of its pairs."""
    train_with_dev: bool = False
    """Train on the dev splits too. Then all `epochs` are trained, and none is chosen on dev."""
    epochs: int = Field(4, ge=1)
    """Largest number of epochs."""
    epoch_sequences: int | None = Field(None, ge=1)
    """Sequences per epoch, from all sources together; null: the mean size of the sources."""
    mention_share: float = Field(0.0, ge=0, lt=1)
    """Smallest share of sequences with a mention among those drawn from a source."""
    self_training_epochs: int = Field(0, ge=0)
    """Epochs of a first training. What its model finds of the types that a source did not annotate
    is then learned as mentions, in another `epochs` that go on from its weights. 0: there is no
    first training."""
    self_training_above: float = Field(0.5, ge=0, le=1)
    """Lowest score at which a mention of the first model is learned."""
    patience: int = Field(4, ge=1)
    """Epochs without a better mean dev micro F1 after which training stops."""
    batch_size: int = Field(16, ge=1)
    """Sequences per optimiser step, over all processes together."""
    max_tokens: int = Field(16384, ge=1)
    """Sub-words per forward pass, padding included; a larger step takes several passes."""
    encoder_learning_rate: float = Field(2e-4, ge=0)
    """Peak learning rate of the encoder; 0 freezes it."""
    frozen_layers: int = Field(0, ge=0)
    """Number of lowest encoder parts that are not trained: the embeddings, then layer by layer."""
    learning_rate: float = Field(1e-3, gt=0)
    """Peak learning rate of everything else."""
    encoder_warmup_epochs: float = Field(0.5, ge=0)
    """Epochs of linear warm-up of the encoder's learning rate."""
    warmup_epochs: float = Field(0.25, ge=0)
    """Epochs of linear warm-up of the other learning rate."""
    weight_decay: float = Field(1e-3, ge=0)
    """Weight decay of AdamW."""
    max_grad_norm: float = Field(1.0, gt=0)
    """Norm to which larger gradients are scaled down."""
    precision: Literal["auto", "fp32", "bf16"] = "auto"
    """`auto` takes bf16 on hardware made for it (GPU, CPU with AVX-512 BF16 or AMX), else fp32."""
    torch_compile: bool = False
    """Whether to compile the encoder; needs a C++ compiler and takes a minute at the start."""
    seed: int = 42
    """Seed of initialisation, sampling and dropout."""

    @property
    def learned_splits(self) -> tuple[Split, ...]:
        """The splits that the model is trained on."""
        return ("train", "dev") if self.train_with_dev else ("train",)


class ExperimentSettings(TrainSettings):
    """Settings of one model: the sources it is trained on, and its changes to `train`."""

    sources: tuple[str, ...] = Field(min_length=1)
    """Harmonised sources to train on; each is equally likely to be drawn."""

    @property
    def learned(self) -> tuple[tuple[str, Split], ...]:
        """The (source, split) pairs that the model is trained on."""
        return tuple(product(self.sources, self.learned_splits))


class PredictionSettings(Section):
    """The predictions of another tool, which get a row of their own in the matrix."""

    folder: str = Field(min_length=1)
    """Folder of its files."""
    files: dict[str, str] = Field(min_length=1)
    """Tested corpus → file, folder or archive in `folder`; other corpora get no figure."""
    type_map: str | dict[str, str | tuple[str, ...] | None] = Field(default_factory=dict)
    """Name of a tool in `sru_ner/predictions/type_maps.yaml`, or its types → ours."""
    types: tuple[str, ...] = ()
    """All types that it predicts, in our names; empty: those of the type map and the files."""
    sources: tuple[str, ...] | None = None
    """The `corpora` that it was trained on; empty: none of them; null: unknown."""
    reader: str | None = None
    """Format of the files; null: detected from their content."""
    options: dict[str, Any] = Field(default_factory=dict)
    """Options of the reader."""
    align: bool = False
    """Whether to carry predictions over to our texts if the files have other versions of them."""
    optional: bool = False
    """Whether the tool may lack files: it has no row without any, and no figure on a corpus without
    one. Otherwise a missing file is an error."""


class EvaluateSettings(Section):
    """Settings of scoring: the tested sources, their split, their types and thresholds."""

    tested: tuple[str, ...] = Field(min_length=1)
    """Sources that every model is tested on."""
    split: Split = "test"
    """The split that is scored."""
    types: Literal["inventory", "common"] = "inventory"
    """Types of the shown F1: the tested corpus's inventory, or those the model also knows."""
    leakage: LeakageTreatment = "mark"
    """Documents that are in a model's training data and in its test data: mark the cells of the
    matrix (`mark`), exclude the training documents (`drop_train`), or leave the tested documents
    out of the figures (`drop_test`)."""
    thresholds: Tuning = "none"
    """Lowest scores that count, chosen on the dev split of each model's own sources: `none`, one
    for all types of a model (`global`), or also one for each type (`per_type`)."""
    overlaps: Overlaps | dict[Name, Overlaps] = "all"
    """Which predictions of a model that overlap are scored: all; those that do not contradict a
    likelier one, because no mention is of both types (`exclusive`); or a choice without any overlap
    (`flat`). Thresholds apply to what is left. A map names experiments that differ from `all`."""
    batch_size: int = Field(32, ge=1)
    """Sentences per forward pass."""
    predictions: dict[Name, PredictionSettings] = Field(default_factory=dict)
    """Other tools by name; their predictions are scored like those of the models."""

    def overlaps_of(self, experiment: str) -> Overlaps:
        """Return which predictions of an experiment that overlap are scored."""
        if isinstance(self.overlaps, dict):
            return self.overlaps.get(experiment, "all")
        return self.overlaps

    @model_validator(mode="after")
    def _dev_tunes_or_tests(self) -> "EvaluateSettings":
        if self.thresholds != "none" and self.split == "dev":
            raise ValueError(
                "thresholds are tuned on dev, so dev cannot be scored: set split to"
                " test, or thresholds to none"
            )
        return self


class AssessSettings(Section):
    """Settings of the sample of predictions that people judge."""

    experiment: str
    """The model whose predictions are sampled."""
    beside: tuple[str, ...] = ()
    """Further models, whose predictions are judged in the same sample. Nobody sees which is
    which."""
    predictions: Literal["outside", "all"] = "outside"
    """What is sampled: predictions of types that the tested corpus never annotated (`outside`), or
    `all`."""
    per_stratum: int = Field(10, ge=1)
    """Items drawn per tested corpus, type, score band, novelty and set of models."""
    score_bands: tuple[float, ...] = (0.5, 0.7, 0.9, 1.0)
    """Limits of the score bands, ascending."""
    assessors: int = Field(2, ge=1, le=100)
    """Number of people who judge."""
    shared: float = Field(0.3, ge=0, le=1)
    """Share of the items that all assessors judge; the others have one assessor each."""
    seed: int = 42
    """Seed of the draw."""


class RegisterSettings(Section):
    """Settings of the registration in MLflow."""

    candidate: str
    """The experiment whose model gets the alias `candidate`."""
    models: tuple[str, ...] = ()
    """Other experiments whose models become versions. The runs of all others hold figures only."""
    model_name: Name = "sru-ner"
    """Name in the MLflow model registry."""
    mlflow_experiment: str = "sru-ner"
    """Name of the MLflow experiment."""

    def has_version(self, experiment: str) -> bool:
        """Whether the model of an experiment becomes a version."""
        return experiment in (self.candidate, *self.models)


class ReviewSettings(Section):
    """Gates that a registered version has to pass before it becomes the champion; null: no gate."""

    least_f1: dict[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    """Tested corpus, or `corpus.Type` → least F1 there, from 0 to 1: micro F1 as the suite's report
    shows it, or F1 of the type."""
    largest_drop: float | None = Field(0.01, ge=0, le=1)
    """Largest loss of micro F1 against the champion on a corpus, if the loss is significant."""
    least_precision: float | None = Field(None, ge=0, le=1)
    """Least precision according to the people who judged a sample of predictions."""
    largest_leakage: float | None = Field(None, ge=0, le=1)
    """Largest share of a tested corpus's documents that the model learned from and that are in the
    figure."""
    slowest_milliseconds: float | None = Field(None, gt=0)
    """Longest time for an abstract on its own, on the machine of the review."""
    largest_megabytes: float | None = Field(None, gt=0)
    """Largest size of the model's files, in 10⁶ bytes."""
