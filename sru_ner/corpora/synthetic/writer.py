"""Writes the sentences of one synthetic document, keeping track of every mention."""

import random
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sru_ner.corpora.synthetic.templates import FILLERS, LABORATORY_SPECIES, SECTIONS
from sru_ner.corpora.synthetic.world import Entity, draw, pick

COMPOSITE_SHARE = 0.25
"""Share of disease and gene slots filled by a mention with other mentions inside."""
FRESH_SHARE = 0.3
"""Share of slots with an entity that does not belong to the document's topic."""

_OPTIONS = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{(\w+)(\+|:long)?\}")
_LESIONS = ("nephropathy", "cardiopathy", "neuropathy", "hepatitis", "dermatitis", "retinopathy")
_GENE_PARTS = ("receptor", "isoform", "precursor", "subunit")


@dataclass(frozen=True, slots=True, order=True)
class SyntheticMention:
    """A mention, with offsets in code points of its text, end exclusive."""

    start: int
    end: int
    type: str
    identifier: str = "-"

    def shifted(self, by: int) -> "SyntheticMention":
        """Return the same mention in a text with `by` more code points at the beginning."""
        return replace(self, start=self.start + by, end=self.end + by)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A piece of text and all mentions in it."""

    text: str
    mentions: tuple[SyntheticMention, ...] = ()


def join(parts: Iterable[Phrase | str], separator: str = "") -> Phrase:
    """Join phrases and plain text."""
    text, mentions = "", []
    for number, part in enumerate(parts):
        piece = Phrase(part) if isinstance(part, str) else part
        text += separator if number else ""
        mentions += [mention.shifted(len(text)) for mention in piece.mentions]
        text += piece.text
    return Phrase(text, tuple(mentions))


def named(text: str, kind: str, identifier: str = "-") -> Phrase:
    """Return a phrase that is one mention."""
    return Phrase(text, (SyntheticMention(0, len(text), kind, identifier),))


def around(phrase: Phrase, kind: str) -> Phrase:
    """Return the phrase with one more mention that covers all of it."""
    return Phrase(phrase.text, (SyntheticMention(0, len(phrase.text), kind), *phrase.mentions))


@dataclass
class DocumentWriter:
    """Fills sentence patterns for one document, with its topic and the names it has introduced."""

    rng: random.Random
    available: Mapping[str, list[list[Entity]]]
    """Lists of entities by type; each list of a type is drawn with the same probability."""
    topic_size: int = 2
    _topic: dict[str, list[Entity]] = field(init=False)
    _introduced: set[str] = field(default_factory=set, init=False)
    _used: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self._topic = {
            kind: [self._fresh(kind) for _ in range(self.topic_size)] for kind in self.available
        }

    def sentence(self, pattern: str) -> Phrase:
        """Fill one pattern; no entity is drawn twice in a sentence."""
        self._used = set()
        pattern = _OPTIONS.sub(lambda match: pick(self.rng, match[1].split("|")), pattern)
        parts: list[Phrase | str] = []
        position = 0
        for match in _SLOT.finditer(pattern):
            parts += [pattern[position : match.start()], self._fill(match[1], match[2])]
            position = match.end()
        whole = join([*parts, pattern[position:]])
        first = whole.text[0]
        return replace(whole, text=(first.upper() if first.isascii() else first) + whole.text[1:])

    def _fill(self, slot: str, form: str | None) -> Phrase | str:
        if slot in FILLERS:
            return FILLERS[slot](self.rng)
        if slot in LABORATORY_SPECIES:
            return named(pick(self.rng, LABORATORY_SPECIES[slot]), "Species")
        if form == ":long":
            return self._long(self._entity(slot))
        if form == "+":
            items = [self._mention(slot) for _ in range(pick(self.rng, (2, 3)))]
            return join([join(items[:-1], ", "), " and ", items[-1]])
        composites = {"Disease": self._composite_disease, "Gene": self._composite_gene}
        if slot in composites and self.rng.random() < COMPOSITE_SHARE:
            return composites[slot]()
        return self._mention(slot)

    def _fresh(self, kind: str) -> Entity:
        return pick(self.rng, pick(self.rng, self.available[kind]))

    def _entity(self, kind: str) -> Entity:
        rest = [e for e in self._topic[kind] if e.identifier not in self._used]
        entity = pick(self.rng, rest) if rest and self.rng.random() >= FRESH_SHARE else None
        while entity is None or entity.identifier in self._used:
            entity = self._fresh(kind)
        self._used.add(entity.identifier)
        return entity

    def _long(self, entity: Entity) -> Phrase:
        return named(pick(self.rng, entity.names), entity.type, entity.identifier)

    def _mention(self, kind: str) -> Phrase:
        entity = self._entity(kind)
        long = self._long(entity)
        if entity.short is None:
            return long
        short = named(entity.short, kind, entity.identifier)
        known = entity.identifier in self._introduced
        # Authors use gene symbols directly, but introduce everything else with its long name.
        if self.rng.random() < (0.75 if known or kind == "Gene" else 0.15):
            return short
        if known or self.rng.random() < 0.3:
            return long
        self._introduced.add(entity.identifier)
        return long if kind == "Species" else join([long, " (", short, ")"])

    def _symbol(self) -> Phrase:
        entity = self._entity("Gene")
        return named(entity.short or entity.names[0], "Gene", entity.identifier)

    def _composite_disease(self) -> Phrase:
        if self.rng.random() < 0.4:
            return around(join([self._symbol(), " deficiency"]), "Disease")
        entity = self._entity("Chemical")
        cause = named(entity.names[0], "Chemical", entity.identifier)
        return around(join([cause, "-induced ", pick(self.rng, _LESIONS)]), "Disease")

    def _composite_gene(self) -> Phrase:
        kind = self.rng.random()
        if kind < 0.35:
            return around(join([self._symbol(), "/", self._symbol(), " complex"]), "Gene")
        part = " " + pick(self.rng, _GENE_PARTS)
        if kind < 0.75:
            host = named(pick(self.rng, LABORATORY_SPECIES["Host"]), "Species")
            return around(join([host, " ", self._symbol(), part]), "Gene")
        line = self._entity("Cell_Line")
        origin = named(line.names[0], "Cell_Line", line.identifier)
        return around(join([origin, " ", self._symbol(), part]), "Gene")


def outlined(rng: random.Random, outline: str) -> list[str]:
    """Draw the patterns of an abstract's sentences, none twice, for one of `OUTLINES`."""
    drawn = {
        letter: draw(rng, patterns, outline.count(letter)) for letter, patterns in SECTIONS.items()
    }
    return [drawn[letter].pop() for letter in outline]
