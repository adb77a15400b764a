"""Pictures of the matrix."""

import textwrap
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from sru_ner.evaluation.matrix import SCOPES, Matrix
from sru_ner.rendering.amounts import percent

COLOUR_MAP = "Blues"
"""ColorBrewer's: from light to dark in one hue, so it reads alike in grey and to all eyes."""

_DARK_ABOVE = 0.65  # from here on the map is dark enough for white numbers


def draw_heatmap(matrix: Matrix, path: Path) -> None:
    """Draw shown micro F1, models × tested corpora, as a PNG that is the same every time."""
    values = np.array(
        [
            [matrix[model, tested].shown_f1(matrix.shown) for tested in matrix.tested]
            for model in matrix.models
        ],
        dtype=float,
    )  # (models, tested), NaN where nothing can be compared
    rows, columns = values.shape
    longest = max(len(model) for model in matrix.models)
    figure = Figure(
        figsize=(2.6 + 0.085 * longest + 1.15 * columns, 2.4 + 0.55 * rows), layout="constrained"
    )
    FigureCanvasAgg(figure)  # no window system, whatever backend the user has set
    axes = figure.add_subplot()
    image = axes.imshow(values, cmap=COLOUR_MAP, vmin=0, vmax=1, aspect="auto")
    axes.set_xticks(range(columns), matrix.tested, rotation=30, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(rows), matrix.models)
    axes.set_xlabel("tested on")
    axes.set_ylabel("model")
    axes.set_xticks(np.arange(columns + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(rows + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2, zorder=3)
    axes.set_axisbelow(False)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    for (row, column), value in np.ndenumerate(values):
        missing = bool(np.isnan(value))
        if missing:
            corner = (column - 0.5, row - 0.5)
            axes.add_patch(
                Rectangle(corner, 1, 1, facecolor="#f2f2f2", edgecolor="#d5d5d5", hatch="///", lw=0)
            )
        axes.text(
            column,
            row,
            "n/a" if missing else percent(value),
            ha="center",
            va="center",
            color="#555555" if missing else _ink(value),
            fontsize=9 if missing else 11,
        )
        leak = matrix.leaks.mark(matrix.models[row], matrix.tested[column])
        if leak and not missing:
            place = {"x": column, "y": row + 0.32, "ha": "center", "va": "center"}
            axes.text(**place, s=leak, color=_ink(value), fontsize=7.5)
    if matrix.leaks.note:
        note = textwrap.fill(matrix.leaks.note, width=int(figure.get_figwidth() * 14))
        figure.supxlabel(note, fontsize=8, color="#444444", x=0.01, ha="left")
    figure.colorbar(
        image, ax=axes, format=lambda f1, _: f"{100 * f1:.0f}", shrink=0.9, label="micro F1 (%)"
    )
    figure.suptitle(
        f"{matrix.suite}: micro F1 (%), exact match, {matrix.split} split\n"
        f"over {SCOPES[matrix.shown]}",
        fontsize=11,
    )
    figure.savefig(path, format="png", dpi=144, metadata={"Software": None})


def _ink(value: float) -> str:
    return "white" if value > _DARK_ABOVE else "black"
