"""Heat map of shares: a grid of sources whose colour says how much, and whose numbers say it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

_COLOUR_MAP = "OrRd"  # ColorBrewer's, in one hue, and not the one that stands for good scores
_DARK_ABOVE = 0.6  # from here on the map is dark enough for white numbers


def draw_shares(
    path: Path,
    shares: NDArray[np.float64],
    texts: Sequence[Sequence[str]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    row_label: str,
    column_label: str,
    bar_label: str,
    title: str,
    size: tuple[float, float],
) -> None:
    """Draw `shares`, (R, C) from 0 to 1 and NaN where there is none, as a PNG that is stable.

    `texts` stand in the cells that have a share, in grey where it is 0. `size` is what a column is
    wide and a row high, in inches.
    """
    width, height = size
    widest = max(map(len, rows), default=0)
    figure = Figure(
        figsize=(1.8 + 0.08 * widest + width * len(columns), 2.4 + height * len(rows)),
        layout="constrained",
    )
    FigureCanvasAgg(figure)  # no window system, whatever backend the user has set
    axes = figure.add_subplot()
    image = axes.imshow(
        np.ma.masked_invalid(shares), cmap=_COLOUR_MAP, vmin=0, vmax=1, aspect="auto"
    )
    axes.set_facecolor("#f2f2f2")
    axes.set_xticks(range(len(columns)), columns, rotation=35, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xlabel(column_label)
    axes.set_ylabel(row_label)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    for (row, column), share in np.ndenumerate(shares):
        if not np.isnan(share):
            ink = "white" if share > _DARK_ABOVE else "black" if share else "#999999"
            text = texts[row][column]
            axes.text(column, row, text, ha="center", va="center", color=ink, fontsize=9)
    figure.colorbar(
        image,
        ax=axes,
        format=lambda share, _: f"{100 * share:.0f}",
        shrink=0.9,
        label=bar_label,
    )
    figure.suptitle(title, fontsize=11)
    figure.savefig(path, format="png", dpi=144, metadata={"Software": None})
