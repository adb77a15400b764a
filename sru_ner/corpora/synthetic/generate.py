"""Generates the synthetic corpora: several annotations of one invented world, without a download.

The texts of all sources are written in the same way about the same world, and name all of its
types. Each source marks only the types of its own inventory. So nothing in a text tells which
source it is from. All mentions are known, so these corpora show what the dynamic loss is for: a
model that takes unmarked names for absent ones is wrong about three texts in four.

Dev and test texts draw 40 % of their entities from names that no training text has. Assumptions:
offsets are Unicode code points in title, one separator and abstract, end exclusive. Mentions may be
nested, but never cross each other or the end of a sentence.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from sru_ner.corpora.synthetic.templates import OUTLINES, TITLES
from sru_ner.corpora.synthetic.world import TYPES, Entity, Pool, build_world, pick
from sru_ner.corpora.synthetic.writer import DocumentWriter, SyntheticMention, join, outlined
from sru_ner.dataset.schema import SPLITS
from sru_ner.errors import UnknownNameError
from sru_ner.files import write_text

INVENTORIES: Mapping[str, tuple[str, ...]] = {
    "synthetic_chemicals": ("Chemical",),
    "synthetic_diseases": ("Disease",),
    "synthetic_genes": ("Gene",),
    "synthetic_species": ("Species", "Cell_Line"),
    "synthetic_full": TYPES,
}
"""The types that each source marks."""
SYNTHETIC_SOURCES: tuple[str, ...] = tuple(INVENTORIES)
"""Names of the synthetic sources."""

_PLACES = 100_000
"""Number of identifiers that are reserved for each split."""
_SIZES = {"train": 56, "dev": 8, "test": 25}
_HELD_OUT_SIZES = {"train": 12, "dev": 8, "test": 40}
# A pool that is named twice is drawn twice as often.
_POOLS: Mapping[str, tuple[Pool, ...]] = {
    "train": ("common",),
    "dev": ("common", "common", "common", "dev", "dev"),
    "test": ("common", "common", "common", "test", "test"),
}


@dataclass(frozen=True, slots=True)
class SyntheticDocument:
    """An abstract with all mentions, marked or not."""

    document_id: str
    title: str
    abstract: str
    mentions: tuple[SyntheticMention, ...]
    """All mentions, sorted by start, longer ones first."""
    inventory: tuple[str, ...]
    """Types that the document's source marks."""

    @property
    def text(self) -> str:
        """Return title, one separator and abstract, in which offsets count."""
        return f"{self.title} {self.abstract}"

    @property
    def marked(self) -> tuple[SyntheticMention, ...]:
        """Return the mentions that the document's source marks."""
        return tuple(mention for mention in self.mentions if mention.type in self.inventory)


def generate(name: str) -> dict[str, list[SyntheticDocument]]:
    """Return a source's documents by split; they are the same at every call.

    Raises `UnknownNameError` for a name that is not among `SYNTHETIC_SOURCES`.
    """
    sizes = _HELD_OUT_SIZES if name == "synthetic_full" else _SIZES
    return {split: list(islice(generate_more(name, split), sizes[split])) for split in SPLITS}


def generate_more(name: str, split: str) -> Iterator[SyntheticDocument]:
    """Yield the documents of a split and more, 100,000 in all; they are the same at every call.

    Raises `UnknownNameError` like `generate`.
    """
    if name not in INVENTORIES:
        raise UnknownNameError("synthetic source", name, SYNTHETIC_SOURCES)
    entities = {
        kind: [[e for e in members if e.pool == pool] for pool in _POOLS[split]]
        for kind, members in build_world().items()
    }
    # More documents would have the identifiers of another split.
    for number in range(_PLACES):
        yield _document(entities, name, split, number)


def write_corpus(name: str, folder: Path) -> dict[str, Path]:
    """Write `folder/<split>.pubtator` for each split, atomically; return the paths by split.

    The bytes are the same at every call. Raises `UnknownNameError` like `generate`.
    """
    paths = {}
    for split, documents in generate(name).items():
        paths[split] = folder / f"{split}.pubtator"
        write_text(paths[split], "".join(map(_pubtator, documents)))
    return paths


def _document(
    entities: Mapping[str, list[list[Entity]]], name: str, split: str, number: int
) -> SyntheticDocument:
    # Nine digits, because PubMed identifiers have at most eight: no real one is imitated.
    place = 10 * SYNTHETIC_SOURCES.index(name) + SPLITS.index(split)
    identifier = 900_000_000 + _PLACES * place + number
    rng = random.Random(identifier)
    writer = DocumentWriter(rng, entities)
    title = writer.sentence(pick(rng, TITLES))
    patterns = outlined(rng, pick(rng, OUTLINES))
    abstract = join([writer.sentence(pattern) for pattern in patterns], " ")
    whole = join([title, abstract], " ")
    return SyntheticDocument(
        str(identifier),
        title.text,
        abstract.text,
        tuple(sorted(whole.mentions, key=lambda m: (m.start, -m.end, m.type))),
        INVENTORIES[name],
    )


def _pubtator(document: SyntheticDocument) -> str:
    name, text = document.document_id, document.text
    lines = [f"{name}|t|{document.title}", f"{name}|a|{document.abstract}"]
    lines += [
        f"{name}\t{m.start}\t{m.end}\t{text[m.start : m.end]}\t{m.type}\t{m.identifier}"
        for m in document.marked
    ]
    return "\n".join(lines) + "\n\n"
