"""Chooses what is a mention among the layers of annotations of UIMA, INCEpTION and WebAnno.

A layer is a type of UIMA with features. Its name is that of a Java class, such as
`de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity`; the last part is its short name.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from sru_ner.errors import UnknownNameError
from sru_ner.rendering.amounts import counted

NAMED_ENTITY = "NamedEntity"
"""Short name of the layer for named entities."""

_PLACES = frozenset(("begin", "end", "sofa", "id"))
_USUAL = ("value", "label", "type", "category")
_NO_TYPES = frozenset(("identifier", "confidence", "score", "order"))
_LINGUISTIC = tuple(
    f"{base}.{part}."
    for base in ("de.tudarmstadt.ukp.dkpro.core.api", "org.dkpro.core.api")
    for part in (
        "anomaly", "coref", "lexmorph", "metadata", "morph", "segmentation", "semantics",
        "structure", "syntax", "transform",
    )
)  # fmt: skip
_OWN = ("uima.", "de.tudarmstadt.ukp.clarin.webanno.", "org.apache.uima.")


class LayerOptions(BaseModel):
    """Options for the choice of layers and of the feature that names the type."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    layers: tuple[str, ...] = ()
    """Layers whose annotations are mentions, by name or short name. By default that is the layer
    `NamedEntity`, or without one all layers that are not linguistic (words, parts of speech)."""
    feature: str | None = None
    """Feature that names the type of a mention. By default that is `value`, `label`, `type` or
    `category`, or the only feature. If an annotation has no such value, its layer is its type."""


def short_name(layer: str) -> str:
    """Return the last part of a layer's name."""
    return layer.rpartition(".")[2]


def choose_layers(names: Iterable[str], options: LayerOptions, place: str) -> list[str]:
    """Return the layers whose annotations are mentions, in their order.

    names: all layers of a file that have places. place: name of the file, for the message. Raises
    `UnknownNameError` if a layer that the options name does not exist.
    """
    names = list(names)
    if options.layers:
        known = {*names, *map(short_name, names)}
        for wanted in options.layers:
            if wanted not in known:
                raise UnknownNameError("layer", wanted, sorted(known), place=place)
        return [n for n in names if n in options.layers or short_name(n) in options.layers]
    entities = [name for name in names if short_name(name) == NAMED_ENTITY]
    return entities or [name for name in names if not name.startswith((*_LINGUISTIC, *_OWN))]


def type_feature(features: Sequence[str], options: LayerOptions) -> str | None:
    """Return the feature that names the type of a layer's annotations; None if there is none."""
    if options.feature is not None:
        return options.feature if options.feature in features else None
    for name in _USUAL:
        if name in features:
            return name
    others = [name for name in features if name not in _PLACES | _NO_TYPES]
    return others[0] if len(others) == 1 else None


def unread_layers(counts: Mapping[str, int], chosen: Collection[str]) -> list[str]:
    """Return a sentence for each layer that is not read and is not linguistic, with its count."""
    return [
        f"the layer {name} is not read: {counted(count, 'annotation')}"
        for name, count in sorted(counts.items())
        if count and name not in chosen and not name.startswith((*_LINGUISTIC, *_OWN))
    ]
