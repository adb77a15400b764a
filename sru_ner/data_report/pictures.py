"""Picture of the annotation gaps."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from sru_ner.data_report.agreement import UNMARKED, Agreement
from sru_ner.data_report.tables import comparable
from sru_ner.leakage.summary import COLOUR_MAP

_DARK_ABOVE = 0.6  # from here on the map is dark enough for white numbers


def draw_gaps(rows: Sequence[Agreement], path: Path) -> None:
    """Draw which share of a source's strings other sources leave unmarked, as a stable PNG."""
    shown = [row for row in rows if comparable(row)]
    marked = list(dict.fromkeys((row.source, row.type) for row in shown))
    others = sorted({row.other for row in shown})
    values = np.full((max(1, len(marked)), max(1, len(others))), np.nan)
    for row in shown:
        values[marked.index((row.source, row.type)), others.index(row.other)] = row.share(UNMARKED)
    figure = Figure(
        figsize=(4.2 + 0.62 * len(others), 2.4 + 0.3 * len(marked)), layout="constrained"
    )
    FigureCanvasAgg(figure)  # no window system, whatever backend the user has set
    axes = figure.add_subplot()
    image = axes.imshow(
        np.ma.masked_invalid(values), cmap=COLOUR_MAP, vmin=0, vmax=1, aspect="auto"
    )
    axes.set_facecolor("#f2f2f2")
    axes.set_xticks(range(len(others)), others, rotation=35, ha="right", rotation_mode="anchor")
    axes.set_yticks(range(len(marked)), [f"{source}: {type_}" for source, type_ in marked])
    axes.set_xlabel("left unmarked in")
    axes.set_ylabel("strings marked as")
    axes.set_xticks(np.arange(len(others) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(marked) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="white", linewidth=2)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    for (i, j), value in np.ndenumerate(values):
        if not np.isnan(value):
            colour = "white" if value > _DARK_ABOVE else "black"
            axes.text(
                j, i, f"{100 * value:.0f}", ha="center", va="center", color=colour, fontsize=9
            )
    figure.colorbar(
        image,
        ax=axes,
        format=lambda share, _: f"{100 * share:.0f}",
        shrink=0.7,
        label="unmarked occurrences (%)",
    )
    figure.suptitle("Annotation gaps between sources that annotate the same type", fontsize=11)
    figure.savefig(path, format="png", dpi=144, metadata={"Software": None})
