"""The picture of the errors: a stacked bar of classes for each model and tested source."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.evaluation.errors.classes import FALSE_NEGATIVE, FALSE_POSITIVE
from sru_ner.rendering.figure import new_figure, save_png

COLOURS: dict[str, str] = {
    "inexpressible": "#bdbdbd",
    "cross_sentence": "#969696",
    "unknown_type": "#636363",
    "type": "#cc79a7",
    "split": "#8c6bb1",
    "merged": "#6e4a9e",
    "boundary": "#0072b2",
    "boundary_and_type": "#56b4e9",
    "nesting": "#009e73",
    "unseen": "#f0e442",
    "missed": "#e69f00",
    "spurious": "#d55e00",
}
"""Colours of error classes, after Okabe and Ito.

Errors that the model cannot avoid are grey; errors that overlap no mention are in warm colours.
"""


def draw_errors(
    counts: pa.Table, path: Path, *, models: Sequence[str], tested: Sequence[str]
) -> None:
    """Draw false positives to the right and false negatives to the left, as a PNG.

    counts: a table of `classes.ERROR_COUNTS_SCHEMA`. Each tested source has a panel, and each model
    a bar in it, both in the given order. Predictions that are out of inventory are not shown.
    """
    numbers = {side: _numbers(counts, side, models, tested) for side in _SIGNS}
    shown = [
        i for i, error in enumerate(COLOURS) if any(n[:, :, i].any() for n in numbers.values())
    ]
    longest = max(map(len, models), default=0)
    figure = new_figure(6.4 + 0.085 * longest, 1.3 + len(tested) * (0.75 + 0.32 * len(models)))
    panels = figure.subplots(len(tested), 1, squeeze=False)[:, 0]
    names = list(COLOURS)
    for place, axes in enumerate(panels):
        for side, sign in _SIGNS.items():
            values = numbers[side][place]  # (models, classes)
            before = np.cumsum(values, axis=1) - values
            for i in shown:
                axes.barh(
                    range(len(models)),
                    sign * values[:, i],
                    left=sign * before[:, i],
                    color=COLOURS[names[i]],
                    edgecolor="white",
                    linewidth=0.6,
                    label=names[i].replace("_", " ") if side == FALSE_NEGATIVE else None,
                )
        axes.axvline(0, color="black", linewidth=0.8)
        axes.set_yticks(range(len(models)), models)
        axes.invert_yaxis()
        axes.xaxis.set_major_formatter(lambda value, _: f"{abs(value):,.0f}")
        axes.set_title(tested[place], fontsize=10, loc="left")
        axes.set_title("← missed   |   false →", fontsize=8, loc="right", color="#444444")
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    panels[-1].set_xlabel("mentions")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, fontsize=8, frameon=False)
    save_png(figure, path)


_SIGNS = {FALSE_NEGATIVE: -1, FALSE_POSITIVE: 1}


def _numbers(
    counts: pa.Table, side: str, models: Sequence[str], tested: Sequence[str]
) -> np.ndarray:
    """Return the number of mentions, (tested sources, models, classes)."""
    found = np.zeros((len(tested), len(models), len(COLOURS)), np.int64)
    places = [{name: i for i, name in enumerate(axis)} for axis in (tested, models, COLOURS)]
    for row in counts.filter(pc.field("side") == side).to_pylist():
        where = [
            axis.get(row[key])
            for axis, key in zip(places, ("tested", "model", "error"), strict=True)
        ]
        if None not in where:
            found[tuple(where)] += row["mentions"]
    return found
