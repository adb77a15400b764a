"""A finer type makes the coarser one needless, where no source tells them apart."""

import pytest

from sru_ner.inference.coarser_types import coarser_types, without_coarser
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.model.configuration import SruNerConfig


def config(separate: bool, **inventories: list[str]) -> SruNerConfig:
    labels = {
        source: [f"{source}${name}" if separate else name for name in names]
        for source, names in inventories.items()
    }
    covers = {source: {} for source in inventories}
    covers["genia"] = {"Gene_or_protein": ["Gene"]}
    covers["biored"] = {"Gene": ["Gene_Family"]}
    return SruNerConfig({"model_type": "bert"}, labels, covers=covers)


@pytest.mark.parametrize("separate", [True, False])
def test_pairs_that_a_source_tells_apart_are_none(separate: bool) -> None:
    sources = {"genia": ["Gene_or_protein"], "biored": ["Gene"]}
    pairs = {("Gene_or_protein", "Gene"), ("Gene", "Gene_Family")}
    assert coarser_types(config(separate, **sources, other=["Gene_Family"])) == pairs
    both = config(separate, **sources, gnormplus=["Gene", "Gene_Family"])
    assert coarser_types(both) == {("Gene_or_protein", "Gene")}


def span(start: int, end: int, type_: str, score: float = 0.9) -> AnnotatedSpan:
    return AnnotatedSpan(start, end, "x" * (end - start), type_, score, (type_,))


def test_only_the_same_place_is_said_twice() -> None:
    pairs = {("Gene_or_protein", "Gene")}
    coarse, fine = span(0, 5, "Gene_or_protein", 0.99), span(0, 5, "Gene", 0.6)
    longer, other = span(0, 9, "Gene_or_protein"), span(0, 5, "Cell")
    given = [longer, other, fine, coarse]
    assert without_coarser(given, pairs) == [longer, other, fine]
    assert without_coarser([other, coarse], pairs) == [other, coarse]
    assert without_coarser(given, set()) == given
