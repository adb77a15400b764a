"""The types that a corpus's annotators marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

Status = Literal["annotated", "covered", "unknown"]
"""How a source marked a type: under its own name, as a coarser type, or not at all."""


@dataclass(frozen=True, slots=True)
class TypeInventory:
    """The types that a source's annotators marked, in all of its documents or in one."""

    source: str
    types: tuple[str, ...]
    """Harmonised type names, sorted; dropped types are not among them."""
    covers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Type → the finer types, sorted, that were marked as this type and are not told apart."""

    def covered_by(self, type_: str) -> tuple[str, ...]:
        """Return the marked types that cover a type, sorted; none if the type itself was marked."""
        if type_ in self.types:
            return ()
        return tuple(coarse for coarse in self.types if type_ in self.covers.get(coarse, ()))

    def status(self, type_: str) -> Status:
        """Say how a type was marked: under its own name, as a coarser type, or not at all."""
        if type_ in self.types:
            return "annotated"
        return "covered" if self.covered_by(type_) else "unknown"

    def of_document(self, annotated_types: Sequence[str] | None) -> "TypeInventory":
        """Return the inventory of a document whose marked types are given; None: all of them."""
        return self if annotated_types is None else replace(self, types=tuple(annotated_types))
