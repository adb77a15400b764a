"""The source × type table: what each source marks, what it marks as something coarser, the rest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sru_ner.corpora.source import Source
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.type_inventory import TypeInventory

Standing = Literal["annotated", "partly", "covered", "unknown"]
"""A `Status`, or `partly`: annotated in some of the source's documents only."""

STANDINGS: Mapping[Standing, tuple[str, str]] = {
    "annotated": ("●", "annotated"),
    "partly": ("◑", "annotated in a part of the documents"),
    "covered": ("○", "covered by a coarser type"),
    "unknown": ("·", "unknown"),
}
"""Sign and meaning of each."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How one source stands to one type."""

    standing: Standing
    covered_by: tuple[str, ...] = ()
    """The coarser types that hold its mentions, where it is covered."""
    mentions: int | None = None
    """Kept ones over all splits; None where the source is not harmonised."""


@dataclass(frozen=True, slots=True)
class InventoryTable:
    """All cells, sources in the order they were asked for, types by name."""

    sources: tuple[str, ...]
    types: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        """The cell of (source, type)."""
        return self.cells[key]


@dataclass(frozen=True, slots=True)
class SourceInventories:
    """What is known of one source."""

    whole: TypeInventory
    parts: tuple[TypeInventory, ...]
    """The distinct inventories of its documents (or files)."""
    mentions: Mapping[str, int] | None = None
    """Kept mentions by type; None where the source is not harmonised."""

    def cell(self, type_: str) -> Cell:
        """How the source stands to a type."""
        mentions = None if self.mentions is None else self.mentions.get(type_, 0)
        status = self.whole.status(type_)
        if status != "annotated":
            return Cell(status, self.whole.covered_by(type_), mentions)
        everywhere = all(type_ in part.types for part in self.parts)
        return Cell("annotated" if everywhere else "partly", (), mentions)


def tabulate(sources: Sequence[SourceInventories]) -> InventoryTable:
    """Set sources against all types that any of them marks or covers."""
    types = sorted(
        {type_ for source in sources for type_ in source.whole.types}
        | {finer for source in sources for held in source.whole.covers.values() for finer in held}
    )
    return InventoryTable(
        tuple(source.whole.source for source in sources),
        tuple(types),
        {(s.whole.source, type_): s.cell(type_) for s in sources for type_ in types},
    )


def from_catalog(source: Source) -> SourceInventories:
    """What the catalog says a source marks."""
    covers = {coarse: tuple(sorted(finer)) for coarse, finer in source.covers.items()}
    whole = TypeInventory(source.name, source.kept_types, covers)
    parts = [whole.of_document(file.annotated_types) for file in source.document_files]
    return SourceInventories(whole, tuple(parts))


def from_corpus(corpus: Corpus) -> SourceInventories:
    """What a harmonised source marks; errors as in `Corpus`."""
    whole = corpus.inventory()
    marked = corpus.table("documents")["annotated_types"]
    parts = {None} if marked.null_count == len(marked) else _distinct(marked.to_pylist())
    mentions: dict[str, int] = {}
    for row in corpus.table("inventories").to_pylist():
        if row["type"] is not None:
            found = sum(row["mentions"].values())
            mentions[row["type"]] = mentions.get(row["type"], 0) + found
    return SourceInventories(whole, tuple(whole.of_document(part) for part in parts), mentions)


def _distinct(rows: Iterable[list[str] | None]) -> set[tuple[str, ...] | None]:
    return {None if types is None else tuple(types) for types in rows}
