"""The picture of the matrix."""

from pathlib import Path

import numpy as np

from sru_ner.evaluation.matrix import SCOPES, Matrix
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.heatmap import draw_heatmap


def draw_matrix(matrix: Matrix, path: Path) -> None:
    """Draw the shown micro F1 of all models on all tested corpora, as a heat map in a PNG."""
    found = [
        [matrix[model, tested].shown_f1(matrix.shown) for tested in matrix.tested]
        for model in matrix.models
    ]
    longest = max(len(model) for model in matrix.models)
    draw_heatmap(
        path,
        np.array(found, dtype=float),  # (models, tested), NaN where nothing can be compared
        [["n/a" if f1 is None else percent(f1) for f1 in row] for row in found],
        rows=matrix.models,
        columns=matrix.tested,
        row_label="model",
        column_label="tested on",
        bar_label="micro F1 (%)",
        title=f"{matrix.suite}: micro F1 (%), exact match, {matrix.split} split\n"
        f"over {SCOPES[matrix.shown]}",
        size=(2.6 + 0.085 * longest + 1.15 * len(matrix.tested), 2.4 + 0.55 * len(matrix.models)),
        colours="Blues",
        rotation=30,
        font_size=11,
        notes=[
            [matrix.leaks.mark(model, tested) for tested in matrix.tested]
            for model in matrix.models
        ],
        footnote=matrix.leaks.note,
    )
