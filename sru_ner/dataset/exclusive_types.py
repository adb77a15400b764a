"""Finds types that exclude each other: no mention is ever both, such as Gene and Chemical."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import UnknownNameError
from sru_ner.settings.sections import ExclusiveRule

LEAST_MENTIONS = 50
"""Mentions of the rarer type from which on a source can show that two types exclude each other."""
MOST_NESTED = 0.01
"""Largest share of nested mentions in a source that counts as flat."""
MOST_SHARED = 0.002
"""Largest share of the rarer type's mentions that may coincide with the other type by mistake."""


@dataclass(frozen=True, slots=True)
class TypePair:
    """Two types, and what corpora show of whether a mention can be both."""

    types: tuple[str, str]
    """Their names, sorted."""
    sources: tuple[str, ...]
    """The sources that annotate both types, sorted."""
    mentions: int
    """Mentions of the rarer type in these sources, added up."""
    shared: int
    """Places in these sources that are marked as both types."""
    flat: bool
    """Whether next to no mention is inside another one in any source of either type."""
    covered: bool
    """Whether a source marks mentions of one of the types as the other."""

    @property
    def exclusive(self) -> bool:
        """Whether the corpora show that the types exclude each other.

        If sources annotate both types, they must have enough mentions and mark next to none as
        both. If no source annotates both, all sources of the two must be flat: a corpus with
        nested mentions may well have types whose mentions coincide. A type never excludes one that
        is marked as it elsewhere.
        """
        if self.covered or not self.sources:
            return self.flat and not self.covered
        return self.mentions >= LEAST_MENTIONS and self.shared <= MOST_SHARED * self.mentions


def type_pairs(corpora: Iterable[Corpus]) -> list[TypePair]:
    """Look up every pair of types in the train and dev splits of corpora; sorted by names.

    Errors as in `Corpus`.
    """
    sources = [_Source.read(corpus) for corpus in corpora]
    types = sorted({type_ for source in sources for type_ in source.places})
    pairs = []
    for one, other in combinations(types, 2):
        both = [source for source in sources if {one, other} <= source.places.keys()]
        either = [source for source in sources if {one, other} & source.places.keys()]
        places = [(source.places[one], source.places[other]) for source in both]
        pairs.append(
            TypePair(
                types=(one, other),
                sources=tuple(sorted(source.inventory.source for source in both)),
                mentions=sum(min(map(len, pair)) for pair in places),
                shared=sum(len(ones & others) for ones, others in places),
                flat=all(source.flat for source in either),
                covered=any(source.covers(one, other) for source in sources),
            )
        )
    return pairs


def exclusive_pairs(rule: ExclusiveRule, corpora: Iterable[Corpus]) -> list[tuple[str, str]]:
    """Return the pairs of types that exclude each other by a rule, sorted.

    corpora: those that a model is trained on. Raises `UnknownNameError` for a given group that
    names a type which no corpus annotates.
    """
    if rule == "none":
        return []
    corpora = list(corpora)
    if rule == "observed":
        return [pair.types for pair in type_pairs(corpora) if pair.exclusive]
    types = sorted({type_ for corpus in corpora for type_ in corpus.inventory().types})
    if rule == "all":
        return list(combinations(types, 2))
    for name in (name for group in rule for name in group):
        if name not in types:
            raise UnknownNameError("type in exclusive", name, types)
    return sorted({pair for group in rule for pair in combinations(sorted(set(group)), 2)})


_Place = tuple[str, str, int, int]
"""Split, document, start and end of a mention."""


@dataclass(frozen=True, slots=True)
class _Source:
    """The mentions of a corpus in train and dev, by place."""

    inventory: TypeInventory
    places: Mapping[str, set[_Place]]
    """Type → the places that are marked as it."""
    flat: bool
    """Whether next to no mention is inside another one."""

    @classmethod
    def read(cls, corpus: Corpus) -> "_Source":
        inventory = corpus.inventory()
        places: dict[str, set[_Place]] = {type_: set() for type_ in inventory.types}
        nested = total = 0
        for split in corpus.splits():
            if split == "test":
                continue
            spans = corpus.split(split).table("spans")
            names = ("document_id", "start", "end", "type", "depth")
            columns = (spans[name].to_pylist() for name in names)
            for document, start, end, type_, depth in zip(*columns, strict=True):
                places[type_].add((split, document, start, end))
                nested += depth > 0
                total += 1
        return cls(inventory, places, nested <= MOST_NESTED * total)

    def covers(self, one: str, other: str) -> bool:
        """Whether mentions of one type are marked as the other."""
        covers = self.inventory.covers
        return other in covers.get(one, ()) or one in covers.get(other, ())
