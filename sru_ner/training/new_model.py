"""Makes the model that an experiment trains: for the types of its sources, on its encoder."""

from collections.abc import Mapping

from transformers import PreTrainedTokenizerBase

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.exclusive_types import exclusive_pairs
from sru_ner.environment.device import torch_device
from sru_ner.model.encoder import freeze_layers
from sru_ner.model.labels import labels_by_source
from sru_ner.model.modeling import SruNerModel
from sru_ner.settings.sections import ExperimentSettings, ModelSettings
from sru_ner.training.compiling import compile_encoder
from sru_ner.training.self_training import FirstModel
from sru_ner.training.start import StartingModel


def new_model(
    settings: ExperimentSettings,
    sources: Mapping[str, Corpus],
    start: StartingModel | FirstModel | None = None,
) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    """Make a model for the types of the sources; freeze and compile its encoder as set.

    sources: the experiment's sources by name. start: a trained model whose weights it gets. Raises
    `InputError` for an encoder that is not available, and for settings that do not fit `start`.
    """
    inventories = {source: corpus.inventory() for source, corpus in sources.items()}
    types = {source: inventory.types for source, inventory in inventories.items()}
    labels = labels_by_source(types, separate=settings.types == "separate")
    chosen = {
        "covers": {source: inventory.covers for source, inventory in inventories.items()},
        "exclusive": exclusive_pairs(settings.exclusive, sources.values()),
        "encoder_layers": settings.encoder_layers,
        **settings.model_dump(include=set(ModelSettings.model_fields)),
    }
    if start is None:
        model, tokenizer = SruNerModel.from_encoder(settings.encoder, labels, **chosen)
    else:
        model = SruNerModel.from_model(start.network, labels, **chosen)
        tokenizer = start.tokenizer
    freeze_layers(model.encoder, settings.frozen_layers)
    if settings.encoder_learning_rate == 0:
        model.encoder.requires_grad_(False)
    if settings.torch_compile:
        compile_encoder(model.encoder, torch_device())
    return model, tokenizer
