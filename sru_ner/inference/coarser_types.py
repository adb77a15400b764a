"""Leaves out a mention under a coarser type where a finer one says the same.

GENIA has genes and proteins in one type, `Gene_or_protein`; other corpora have `Gene`. A model of
both finds `BRCA1` twice, and the second name says nothing more.
"""

from collections.abc import Collection, Sequence
from itertools import product
from typing import TYPE_CHECKING

from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.model.labels import type_name

if TYPE_CHECKING:
    from sru_ner.model.description import Description


def coarser_types(config: "Description") -> frozenset[tuple[str, str]]:
    """Return the pairs (coarser type, finer type) of a model.

    A source marks mentions of the finer type as the coarser one (`config.covers`), and no source
    tells the two apart: if one marks both, they are different types to it, and neither is left out.
    """
    covered = {
        (coarse, finer)
        for types in config.covers.values()
        for coarse, all_finer in types.items()
        for finer in all_finer
    }
    marked = [{type_name(label) for label in labels} for labels in config.inventories.values()]
    apart = {pair for types in marked for pair in product(types, types)}
    return frozenset(covered - apart)


def without_coarser(
    spans: Sequence[AnnotatedSpan], pairs: Collection[tuple[str, str]]
) -> list[AnnotatedSpan]:
    """Keep the spans that no span of a finer type with the same offsets makes needless.

    pairs: (coarser type, finer type). The order stays.
    """
    places = {(span.start, span.end, span.type) for span in spans}
    needless = {
        (start, end, coarse)
        for start, end, type_ in places
        for coarse, finer in pairs
        if type_ == finer
    }
    return [span for span in spans if (span.start, span.end, span.type) not in needless]
