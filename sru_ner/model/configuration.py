"""Configuration of a model: its encoder, hyper-parameters, type inventories and action table."""

from collections.abc import Mapping, Sequence
from typing import Any

from transformers import AutoConfig, PretrainedConfig

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError
from sru_ner.model.actions import action_names
from sru_ner.model.labels import type_name
from sru_ner.settings.sections import ModelSettings
from sru_ner.settings.validation import validate

_ATTENTION = (None, "eager", "sdpa")
"""Attention that is computed by torch or transformers, without a download."""


class SruNerConfig(PretrainedConfig):
    """Everything about a model but its weights, saved as `config.json` in its folder.

    Each field of `ModelSettings` is an attribute, and a key of the file.
    """

    model_type = "sru_ner"

    def __init__(
        self,
        encoder: Mapping[str, Any] | None = None,
        inventories: Mapping[str, Sequence[str]] | None = None,
        *,
        covers: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        exclusive: Sequence[Sequence[str]] = (),
        **kwargs: Any,
    ) -> None:
        """Describe a model.

        encoder: the encoder's own configuration, as its `to_dict()` returns it.
        inventories: source → labels that its annotators marked. All labels together make the
            actions.
        covers: source → type → finer types that its annotators marked as that type.
        exclusive: pairs of types that exclude each other, see `dataset.exclusive_types`.
        kwargs: fields of `ModelSettings`, and arguments of transformers' `PretrainedConfig`.
            Raises `InputError` for a value that `ModelSettings` does not allow, and for attention
            by a program that would be downloaded.
        """
        check_attention({"encoder": encoder, **kwargs}, place="config.json")
        self.encoder = dict(encoder or {})
        self.inventories = {s: list(labels) for s, labels in (inventories or {}).items()}
        self.covers = {
            source: {coarse: list(finer) for coarse, finer in types.items()}
            for source, types in (covers or {}).items()
        }
        self.exclusive = [list(pair) for pair in exclusive]
        given = {name: kwargs.pop(name) for name in ModelSettings.model_fields if name in kwargs}
        for name, value in validate(ModelSettings, given):
            setattr(self, name, value)
        # The action table is saved for people who read the file; it follows from the labels.
        kwargs.pop("actions", None)
        super().__init__(**kwargs)
        self.actions = action_names(self.labels)

    @property
    def labels(self) -> list[str]:
        """All labels, sorted; the index of a label is its type number in the action table."""
        return sorted({label for labels in self.inventories.values() for label in labels})

    def type_inventories(self) -> dict[str, TypeInventory]:
        """Return source → the types that its annotators marked."""
        return {
            source: TypeInventory(
                source,
                tuple(sorted({type_name(label) for label in labels})),
                {c: tuple(finer) for c, finer in self.covers.get(source, {}).items()},
            )
            for source, labels in self.inventories.items()
        }

    def encoder_config(self) -> PretrainedConfig:
        """Return the encoder's configuration object."""
        settings = dict(self.encoder)
        return AutoConfig.for_model(settings.pop("model_type"), **settings)


def check_attention(settings: Mapping[Any, Any], *, place: str) -> None:
    """Refuse settings of a model that name a program for attention or experts.

    transformers downloads such a program from the hub and runs it. settings: those of an encoder or
    a model, with those of its parts. place: what the settings are of, for the message. Raises
    `InputError`.
    """
    for key, value in settings.items():
        if (
            str(key)
            .removesuffix("_internal")
            .endswith(("attn_implementation", "experts_implementation"))
        ):
            names = value.values() if isinstance(value, Mapping) else [value]
            foreign = [name for name in names if name not in _ATTENTION]
            if foreign:
                raise InputError(
                    f"{key} is {foreign[0]!r}, which may be a program that is downloaded and run",
                    path=place,
                    remedy="remove the key from its config.json, or choose another model",
                )
        elif isinstance(value, Mapping):
            check_attention(value, place=place)
