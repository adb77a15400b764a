"""The table of sources × types: which types each source annotates, or covers by a coarser type."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sru_ner.corpora.source import Source
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.type_inventory import TypeInventory

CellStatus = Literal["annotated", "partly", "covered", "unknown"]
"""Status of a type in a source: that of the inventory, or `partly` for some documents only."""

STATUSES: Mapping[CellStatus, tuple[str, str]] = {
    "annotated": ("●", "annotated"),
    "partly": ("◑", "annotated in a part of the documents"),
    "covered": ("○", "covered by a coarser type"),
    "unknown": ("·", "unknown"),
}
"""Sign and meaning of each status."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Status and mentions of one type in one source."""

    status: CellStatus
    covered_by: tuple[str, ...] = ()
    """Coarser types whose mentions include those of a covered type."""
    mentions: int | None = None
    """Number of kept mentions in all splits; None if the source is not harmonised."""


@dataclass(frozen=True, slots=True)
class InventoryTable:
    """Cells of all sources, in the given order, and all types, by name."""

    sources: tuple[str, ...]
    types: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        """Return the cell of (source, type)."""
        return self.cells[key]


@dataclass(frozen=True, slots=True)
class SourceInventories:
    """Inventories and mentions of one source."""

    whole: TypeInventory
    """Inventory of the source."""
    parts: tuple[TypeInventory, ...]
    """Distinct inventories of its documents (or files)."""
    mentions: Mapping[str, int] | None = None
    """Number of kept mentions by type; None if the source is not harmonised."""

    def cell(self, type_: str) -> Cell:
        """Return the cell of a type."""
        mentions = None if self.mentions is None else self.mentions.get(type_, 0)
        status = self.whole.status(type_)
        if status != "annotated":
            return Cell(status, self.whole.covered_by(type_), mentions)
        everywhere = all(type_ in part.types for part in self.parts)
        return Cell("annotated" if everywhere else "partly", (), mentions)


def tabulate(sources: Sequence[SourceInventories]) -> InventoryTable:
    """Make the table of sources and all types that any of them annotates or covers."""
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
    """Return the inventories of a source from its catalog entry."""
    covers = {coarse: tuple(sorted(finer)) for coarse, finer in source.covers.items()}
    whole = TypeInventory(source.name, source.kept_types, covers)
    parts = [whole.of_document(file.annotated_types) for file in source.document_files]
    return SourceInventories(whole, tuple(parts))


def from_corpus(corpus: Corpus) -> SourceInventories:
    """Return the inventories of a harmonised source; raises what `Corpus` raises."""
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
