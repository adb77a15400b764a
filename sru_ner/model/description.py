"""Description of a model: its encoder, hyper-parameters, type inventories and action table.

Imports no transformers, which takes longer to import than a model takes to load.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError
from sru_ner.files import read_json
from sru_ner.model.actions import action_count
from sru_ner.model.labels import type_name
from sru_ner.settings.sections import ModelSettings
from sru_ner.settings.validation import validate

CONFIG_FILE = "config.json"
"""Name of the file with the description, in a model folder."""

_ATTENTION = (None, "eager", "sdpa")
"""Attention that is computed by torch or transformers, without a download."""


class Description:
    """Everything about a model but its weights.

    Each field of `ModelSettings` is an attribute, and a key of `config.json`.
    """

    model_type = "sru_ner"
    latents: int | None = None
    """Number of latents, if it does not follow from the number of actions. A class attribute, so
    that it stands in `config.json` only where it says something; see `latent_count`."""

    def __init__(
        self,
        encoder: Mapping[str, Any] | None = None,
        inventories: Mapping[str, Sequence[str]] | None = None,
        **settings: Any,
    ) -> None:
        """Describe a model; the arguments are those of `describe`."""
        self.describe(encoder, inventories, **settings)

    def describe(
        self,
        encoder: Mapping[str, Any] | None = None,
        inventories: Mapping[str, Sequence[str]] | None = None,
        *,
        covers: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        exclusive: Sequence[Sequence[str]] = (),
        latents: int | None = None,
        **settings: Any,
    ) -> dict[str, Any]:
        """Set the attributes, and return the settings that are none of `ModelSettings`.

        encoder: the encoder's own configuration, as its `to_dict()` returns it.
        inventories: source → labels that its annotators marked. All labels together make the
            actions.
        covers: source → type → finer types that its annotators marked as that type.
        exclusive: pairs of types that exclude each other, see `dataset.exclusive_types`.
        latents: number of latents, K; None: `latents_per_action` for each action.
        settings: fields of `ModelSettings`, and others. Raises `InputError` for a value that
            `ModelSettings` does not allow, and for attention by a program that would be downloaded.
        """
        check_attention({"encoder": encoder, **settings}, place=CONFIG_FILE)
        self.encoder = dict(encoder or {})
        self.inventories = {s: list(labels) for s, labels in (inventories or {}).items()}
        self.covers = {
            source: {coarse: list(finer) for coarse, finer in types.items()}
            for source, types in (covers or {}).items()
        }
        self.exclusive = [list(pair) for pair in exclusive]
        if latents is not None:
            self.latents = latents
        own = {name: settings.pop(name) for name in ModelSettings.model_fields if name in settings}
        for name, value in validate(ModelSettings, own):
            setattr(self, name, value)
        return settings

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Stand for the fields of `ModelSettings`."""

    @classmethod
    def of_folder(cls, folder: Path) -> "Description":
        """Read the description in a model folder; raises the errors of `describe`."""
        return cls(**read_json(folder / CONFIG_FILE, remedy="copy or download the folder again"))

    @property
    def labels(self) -> list[str]:
        """All labels, sorted; the index of a label is its type number in the action table."""
        return sorted({label for labels in self.inventories.values() for label in labels})

    @property
    def types(self) -> list[str]:
        """All types, sorted. Labels of several sources may be of one type."""
        return sorted(set(map(type_name, self.labels)))

    @property
    def latent_count(self) -> int:
        """Number of latents, K: `latents_per_action` for each action, or that of a first model."""
        return self.latents or self.latents_per_action * action_count(len(self.labels))

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
