"""Rankings: predictions of each cell by descending score, for curves and calibration."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

PLACE = [
    ("model", pa.string()),
    ("tested", pa.string()),
    ("scope", pa.string()),  # `inventory` or `common` as in the matrix, or `type`
    ("type", pa.string()),  # null unless the scope is `type`
]
"""Columns that name the cell of a row."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ranked predictions of a model on a corpus, of all types of a scope or of one type."""

    model: str
    tested: str
    scope: str
    type: str | None
    scores: NDArray[np.float64]
    """Scores of the predictions, (N), from the highest on."""
    right: NDArray[np.bool_]
    """Whether each prediction is a gold mention, (N)."""
    gold: int
    """Number of gold mentions, also of those that were not predicted."""

    @property
    def place(self) -> dict[str, Any]:
        """Values of the columns of `PLACE`."""
        return {name: getattr(self, name) for name, _ in PLACE}


def rankings(decisions: pa.Table) -> Iterator[Ranking]:
    """Rank the predictions of all cells of `scored_decisions`, by model, corpus, scope and type.

    Only types that the model knows have a ranking of their own. Cells without predictions are left
    out, and cells in which a prediction has no score, as other tools may give none.
    """
    scored = decisions.filter(pc.field("in_inventory"))
    cells = scored.group_by(["model", "tested"]).aggregate([])
    for cell in cells.sort_by([("model", "ascending"), ("tested", "ascending")]).to_pylist():
        mine = (pc.field("model") == cell["model"]) & (pc.field("tested") == cell["tested"])
        yield from _cell_rankings(scored.filter(mine), **cell)


def _cell_rankings(decisions: pa.Table, *, model: str, tested: str) -> Iterator[Ranking]:
    # Mentions that were not predicted have no score and are sorted to the end.
    ranked = decisions.sort_by([("score", "descending")])
    gold, predicted, known = (
        ranked[name].to_numpy().astype(bool) for name in ("gold", "predicted", "known")
    )
    scores = ranked["score"].to_numpy().astype(np.float64)
    names, types = np.unique(ranked["type"].to_numpy().astype(str), return_inverse=True)
    parts: list[tuple[str, str | None, NDArray[np.bool_]]] = [
        ("common", None, known),
        ("inventory", None, np.ones_like(known)),
        *(("type", str(name), known & (types == number)) for number, name in enumerate(names)),
    ]
    for scope, type_, rows in parts:
        found = rows & predicted
        if found.any() and not np.isnan(scores[found]).any():
            yield Ranking(
                model, tested, scope, type_, scores[found], gold[found], int(gold[rows].sum())
            )
