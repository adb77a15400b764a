"""The cross-corpus matrix: one cell for each model and tested corpus."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from sru_ner.decisions.counts import Counts, Ratios, macro, total
from sru_ner.evaluation.contamination import NONE_KNOWN, Contaminations

Scope = Literal["inventory", "common"]
"""Types that a figure is over: all of the tested corpus, or those of them that the model knows."""

SCOPES: dict[Scope, str] = {
    "inventory": "all types of the tested corpus",
    "common": "types the model knows",
}
"""Each scope in words, for titles."""


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Counts of one type, for one model on one tested corpus."""

    type: str
    known: bool
    """Whether the model can predict the type."""
    counts: Counts


@dataclass(frozen=True, slots=True)
class Cell:
    """Counts of one model on one tested corpus."""

    model: str
    tested: str
    types: tuple[TypeScore, ...] = ()
    """Types that have a gold or predicted mention, sorted by name."""

    def scores(self, scope: Scope) -> tuple[TypeScore, ...]:
        """Return the types within a scope."""
        return tuple(score for score in self.types if score.known or scope == "inventory")

    def micro(self, scope: Scope) -> Counts:
        """Return the counts, added over the types of a scope."""
        return total(score.counts for score in self.scores(scope))

    def macro(self, scope: Scope) -> Ratios:
        """Return the means of the ratios over the types of a scope."""
        return macro(score.counts for score in self.scores(scope))

    @property
    def comparable(self) -> bool:
        """Whether the model knows any type of the tested corpus; if not, no figure is shown."""
        return any(score.known for score in self.types)

    def shown_f1(self, scope: Scope) -> float | None:
        """Return micro F1 as pictures and tables show it; None where the cell is not comparable."""
        return self.micro(scope).ratios.f1 if self.comparable else None


@dataclass(frozen=True, slots=True)
class Matrix:
    """All cells of a suite; models and corpora are in the order of the parameters."""

    suite: str
    split: str
    shown: Scope
    """Scope that pictures and summaries show first."""
    models: tuple[str, ...]
    tested: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]
    leaks: Contaminations
    """Overlap of the tested documents with those each model learned from."""

    def __getitem__(self, key: tuple[str, str]) -> Cell:
        """Return the cell of (model, tested)."""
        return self.cells.get(key, Cell(*key))

    def types(self, tested: str) -> list[str]:
        """Return the types of a tested corpus that have a gold or predicted mention, sorted."""
        rows = (self[model, tested].types for model in self.models)
        return sorted({score.type for row in rows for score in row})


def build_matrix(
    counts: pa.Table,
    *,
    suite: str,
    split: str,
    shown: Scope,
    models: Sequence[str],
    tested: Sequence[str],
    leaks: Contaminations = NONE_KNOWN,
) -> Matrix:
    """Arrange a table of `COUNTS_SCHEMA` as a matrix."""
    types: dict[tuple[str, str], list[TypeScore]] = {}
    for row in counts.sort_by([("type", "ascending")]).to_pylist():
        found = Counts(row["tp"], row["fp"], row["fn"], row["inexpressible"])
        score = TypeScore(row["type"], row["known"], found)
        types.setdefault((row["model"], row["tested"]), []).append(score)
    cells = {key: Cell(*key, tuple(scores)) for key, scores in types.items()}
    return Matrix(suite, split, shown, tuple(models), tuple(tested), cells, leaks)
