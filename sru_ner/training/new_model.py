"""Makes the untrained model of an experiment: for the types of its sources, on its encoder."""

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


def new_model(
    settings: ExperimentSettings, sources: Mapping[str, Corpus]
) -> tuple[SruNerModel, PreTrainedTokenizerBase]:
    """Make a model for the types of the sources; freeze and compile its encoder as set.

    sources: the experiment's sources by name. Raises `InputError` for an encoder that is not
    available.
    """
    inventories = {source: corpus.inventory() for source, corpus in sources.items()}
    types = {source: inventory.types for source, inventory in inventories.items()}
    model, tokenizer = SruNerModel.from_encoder(
        settings.encoder,
        labels_by_source(types, separate=settings.types == "separate"),
        covers={source: inventory.covers for source, inventory in inventories.items()},
        exclusive=exclusive_pairs(settings.exclusive, sources.values()),
        encoder_layers=settings.encoder_layers,
        **settings.model_dump(include=set(ModelSettings.model_fields)),
    )
    freeze_layers(model.encoder, settings.frozen_layers)
    if settings.encoder_learning_rate == 0:
        model.encoder.requires_grad_(False)
    if settings.torch_compile:
        compile_encoder(model.encoder, torch_device())
    return model, tokenizer
