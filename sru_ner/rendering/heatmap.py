"""Heat maps: grids of cells whose colour and text show a value."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from sru_ner.rendering.figure import new_figure, save_png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Colours = Literal["Blues", "OrRd"]
"""Name of a ColorBrewer map in one hue, from light to dark; it is legible in grey, too."""

_DARK_ABOVE: dict[Colours, float] = {"Blues": 0.65, "OrRd": 0.6}  # numbers are white from here on
_MISSING = "#f2f2f2"


def draw_heatmap(
    path: Path,
    values: NDArray[np.float64],
    texts: Sequence[Sequence[str]],
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    row_label: str,
    column_label: str,
    bar_label: str,
    title: str,
    size: tuple[float, float],
    colours: Colours,
    rotation: float = 35,
    font_size: float = 9,
    zero_colour: str = "black",
    notes: Sequence[Sequence[str]] = (),
    footnote: str = "",
) -> None:
    """Draw `values`, (R, C) from 0 to 1 and NaN where there is none, as a PNG.

    `texts`, R times C, are written into the cells; a cell without a value is grey, and hatched if
    it has a text. `notes`, R times C or empty, are written in small letters below the texts of
    cells that have a value. `size` is the width and height of the picture in inches, `rotation` the
    angle of the columns' names in degrees, `font_size` that of the texts in points, `zero_colour`
    the colour of the text where the value is 0.
    """
    figure = new_figure(*size)
    axes = figure.add_subplot()
    image = axes.imshow(np.ma.masked_invalid(values), cmap=colours, vmin=0, vmax=1, aspect="auto")
    axes.set_facecolor(_MISSING)
    label_grid(axes, rows=rows, columns=columns, rotation=rotation)
    axes.set_xlabel(column_label)
    axes.set_ylabel(row_label)
    middle: dict[str, Any] = {"ha": "center", "va": "center"}
    for (row, column), value in np.ndenumerate(values):
        text = texts[row][column]
        if np.isnan(value):
            if text:
                _hatch(axes, row, column)
                axes.text(column, row, text, color="#555555", fontsize=9, **middle)
            continue
        ink = "white" if value > _DARK_ABOVE[colours] else "black"
        colour = ink if value else zero_colour
        axes.text(column, row, text, color=colour, fontsize=font_size, **middle)
        if notes and notes[row][column]:
            axes.text(column, row + 0.32, notes[row][column], color=ink, fontsize=7.5, **middle)
    if footnote:
        wrapped = textwrap.fill(footnote, width=int(figure.get_figwidth() * 14))
        figure.supxlabel(wrapped, fontsize=8, color="#444444", x=0.01, ha="left")
    figure.colorbar(
        image,
        ax=axes,
        format=lambda value, _: f"{100 * value:.0f}",
        shrink=0.9,
        label=bar_label,
    )
    figure.suptitle(title, fontsize=11)
    save_png(figure, path)


def label_grid(
    axes: "Axes",
    *,
    rows: Sequence[str],
    columns: Sequence[str],
    rotation: float,
    line_width: float = 2,
) -> None:
    """Name the rows and columns of a grid, and draw white lines between its cells.

    The cell of row i and column j has its middle at (j, i) and sides of length 1. `rotation` is the
    angle of the columns' names in degrees, `line_width` the width of the lines in points.
    """
    axes.set_xticks(
        range(len(columns)), columns, rotation=rotation, ha="right", rotation_mode="anchor"
    )
    axes.set_yticks(range(len(rows)), rows)
    axes.set_xticks(np.arange(len(columns) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(rows) + 1) - 0.5, minor=True)
    axes.set_axisbelow(False)  # or a hatched cell would cover the lines
    axes.grid(which="minor", color="white", linewidth=line_width)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)


def _hatch(axes: "Axes", row: int, column: int) -> None:
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    corner = (column - 0.5, row - 0.5)
    axes.add_patch(
        Rectangle(corner, 1, 1, facecolor=_MISSING, edgecolor="#d5d5d5", hatch="///", lw=0)
    )
