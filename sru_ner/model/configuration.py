"""Configuration of a model: its encoder, its action table and the type inventories it learned."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from transformers import AutoConfig, PretrainedConfig

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import UnknownNameError
from sru_ner.model.actions import action_names
from sru_ner.model.labels import type_name

Context = Literal["attention", "mean", "none"]
"""What of the memory is read: slots by their scores; all slots alike; nothing."""


class SruNerConfig(PretrainedConfig):
    """Everything but the weights; saved as `config.json` of the model folder."""

    model_type = "sru_ner"

    def __init__(
        self,
        encoder: Mapping[str, Any] | None = None,
        inventories: Mapping[str, Sequence[str]] | None = None,
        *,
        covers: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        half_context: int = 150,
        latents_per_action: int = 2,
        token_multiplier: float = 1.0,
        train_token_multiplier: bool = False,
        context: Context = "attention",
        positions: bool = True,
        next_word: bool = True,
        open_strength: float = 1.0,
        latent_dropout: float = 0.2,
        position_dropout: float = 0.2,
        input_dropout: float = 0.1,
        max_subwords: int = 405,
        pack: bool = False,
        **kwargs: Any,
    ) -> None:
        """Describe a model.

        encoder: the encoder's own configuration, as its `to_dict()`.
        inventories: source → labels its annotators marked; all labels together make the actions.
        covers: source → type → finer types that its annotators marked as that type.
        half_context, latents_per_action, token_multiplier: h, c and m of
            docs/explanation/model.md §3.
        context, positions, next_word: parts of the unit that an ablation switches off: what is read
            of the memory, whether relative positions count in the scores, and whether the
            perceptron is fed the word at the pointer.
        open_strength: λ of the dynamic loss.
        max_subwords: sub-words per sequence, CLS and SEP included.
        pack: neighbouring sentences of a document were read together, as many as fit.
        """
        if context not in get_args(Context):
            raise UnknownNameError("context", context, get_args(Context))
        self.encoder = dict(encoder or {})
        self.inventories = {s: list(labels) for s, labels in (inventories or {}).items()}
        self.covers = {
            source: {coarse: list(finer) for coarse, finer in types.items()}
            for source, types in (covers or {}).items()
        }
        self.half_context = half_context
        self.latents_per_action = latents_per_action
        self.token_multiplier = token_multiplier
        self.train_token_multiplier = train_token_multiplier
        self.context = context
        self.positions = positions
        self.next_word = next_word
        self.open_strength = open_strength
        self.latent_dropout = latent_dropout
        self.position_dropout = position_dropout
        self.input_dropout = input_dropout
        self.max_subwords = max_subwords
        self.pack = pack
        # The action table is saved for its readers; it always follows from the labels.
        kwargs.pop("actions", None)
        super().__init__(**kwargs)
        self.actions = action_names(self.labels)

    @property
    def labels(self) -> list[str]:
        """All labels, sorted; a label's index is its type number in the action table."""
        return sorted({label for labels in self.inventories.values() for label in labels})

    def type_inventories(self) -> dict[str, TypeInventory]:
        """Source → what its annotators marked, by type."""
        return {
            source: TypeInventory(
                source,
                tuple(sorted({type_name(label) for label in labels})),
                {c: tuple(finer) for c, finer in self.covers.get(source, {}).items()},
            )
            for source, labels in self.inventories.items()
        }

    def encoder_config(self) -> PretrainedConfig:
        """The encoder's configuration object."""
        settings = dict(self.encoder)
        return AutoConfig.for_model(settings.pop("model_type"), **settings)
