"""Description of a model as a configuration of transformers."""

from collections.abc import Mapping, Sequence
from typing import Any

from transformers import AutoConfig, PretrainedConfig

from sru_ner.model.actions import action_names
from sru_ner.model.description import Description


class SruNerConfig(Description, PretrainedConfig):
    """A model's description that transformers saves as `config.json` in the model's folder."""

    def __init__(
        self,
        encoder: Mapping[str, Any] | None = None,
        inventories: Mapping[str, Sequence[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        """Describe a model.

        encoder, inventories: see `Description.describe`.
        kwargs: its other arguments, and those of transformers' `PretrainedConfig`. Raises its
            errors.
        """
        others = self.describe(encoder, inventories, **kwargs)
        # The action table is saved for people who read the file; it follows from the labels.
        others.pop("actions", None)
        PretrainedConfig.__init__(self, **others)
        self.actions = action_names(self.labels)

    def encoder_config(self) -> PretrainedConfig:
        """Return the encoder's configuration object."""
        settings = dict(self.encoder)
        return AutoConfig.for_model(settings.pop("model_type"), **settings)
