"""Pictures of benchmark figures: growth, margins and shares of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patches import Patch

from bench.report import Row
from sru_ner.rendering.drawing import COLOURS
from sru_ner.rendering.figure import new_figure, save_png

_MOST_SHOWN = 1000.0  # times better than required; a longer bar would flatten all others


@dataclass(frozen=True, slots=True)
class Point:
    """Time and memory of one case along an axis."""

    place: int
    """The case's value on the axis."""
    seconds: float
    peak: int
    """Bytes above the inputs."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One column of the scaling picture."""

    title: str
    axis: str
    lines: Mapping[str, Sequence[Point]]
    """The points of each side."""


def draw_panels(panels: Sequence[Panel], subject: str, path: Path) -> None:
    """Draw a plot of time and, under it, one of memory for each panel; all axes are logarithmic."""
    figure = new_figure(3.9 * len(panels), 6.4)
    grid = figure.subplots(2, len(panels), squeeze=False, sharex="col", sharey="row")
    for column, panel in enumerate(panels):
        for side, points in panel.lines.items():
            places = [point.place for point in points]
            colour = COLOURS[list(panel.lines).index(side)]
            style = {"marker": "o", "markersize": 4, "label": side, "color": colour}
            grid[0][column].plot(places, [1000 * p.seconds for p in points], **style)
            grid[1][column].plot(places, [p.peak / 1e6 for p in points], **style)
        _linear_guide(grid[0][column], [(p.place, 1000 * p.seconds) for p in panel.lines["ours"]])
        _linear_guide(grid[1][column], [(p.place, p.peak / 1e6) for p in panel.lines["ours"]])
        grid[0][column].set_title(panel.title, fontsize=11)
        grid[1][column].set_xlabel(panel.axis)
        grid[1][column].set_xscale("log")
        places = [point.place for point in panel.lines["ours"]]
        grid[1][column].set_xticks(places, places)
        grid[1][column].set_xticks([], minor=True)
    for axes in grid.flat:
        axes.set_yscale("log")
        axes.grid(linewidth=0.4, color="#dddddd")
        axes.set_axisbelow(True)
    grid[0][0].set_ylabel("forward + backward (ms)")
    grid[1][0].set_ylabel("peak memory above inputs (MB)")
    grid[0][0].legend(frameon=False, fontsize=9)
    figure.suptitle(f"Recurrence: {subject}, one size changed at a time", fontsize=11)
    save_png(figure, path)


def _linear_guide(axes: Axes, points: Sequence[tuple[float, float]]) -> None:
    """Draw a line of slope 1 through the last point."""
    (first, _), (last, value) = points[0], points[-1]
    ends = [value * first / last, value]
    axes.plot([first, last], ends, color="#999999", linestyle=":", linewidth=1, label="linear")


@dataclass(frozen=True, slots=True)
class Mark:
    """One tool in the picture of F1 against speed."""

    title: str
    speed: float
    """Sentences per second."""
    f1: float
    """In percent."""
    memory: float
    """Megabytes."""
    ours: bool
    best: bool
    """Whether no other tool beats it in both."""


def draw_front(marks: Sequence[Mark], path: Path) -> None:
    """Draw F1 against speed (logarithmic); the area of a mark is its memory.

    A list beside it names the marks by number, the fastest first. A line joins the best ones.
    """
    figure = new_figure(11.5, 5)
    axes, names = figure.subplots(1, 2, width_ratios=[7, 4])
    by_speed = sorted(marks, key=lambda mark: -mark.speed)
    for number, mark in enumerate(by_speed, 1):
        colour = COLOURS[0] if mark.ours else COLOURS[1]
        place = mark.speed, mark.f1
        axes.scatter(*place, s=mark.memory / 2, color=colour, alpha=0.75, zorder=3)
        style: dict[str, Any] = {"ha": "center", "va": "center", "weight": "bold", "fontsize": 8}
        axes.annotate(str(number), place, color="white", zorder=4, **style)
        line = 1 - number / (len(marks) + 1)
        names.text(0, line, str(number), color=colour, weight="bold", fontsize=9, va="center")
        figures = f"{mark.f1:.1f} %, {mark.speed:.0f}/s, {mark.memory:.0f} MB"
        names.text(0.07, line, f"{mark.title}\n{figures}", fontsize=8, va="center")
    names.set_axis_off()
    best = [mark for mark in by_speed if mark.best]
    places = [mark.speed for mark in best], [mark.f1 for mark in best]
    axes.plot(*places, color="#888888", linewidth=1, linestyle="--", zorder=1)
    axes.set_xscale("log")
    axes.margins(x=0.1, y=0.12)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlabel("sentences per second, one thread")
    axes.set_ylabel("F1 (%), mean of the corpora")
    axes.grid(linewidth=0.4, color="#dddddd")
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    handles = [
        Patch(color=COLOURS[0], label="SRU-NER"),
        Patch(color=COLOURS[1], label="other tools"),
    ]
    axes.legend(handles=handles, frameon=False, loc="lower left")
    save_png(figure, path)


def draw_curves(
    curves: Mapping[str, Mapping[str, Sequence[tuple[float, float]]]], path: Path
) -> None:
    """Draw F1 on dev against minutes of training, a plot for each corpus.

    curves: minutes and F1 after each epoch, by tool, by corpus.
    """
    figure = new_figure(4.8 * len(curves), 4)
    for axes, (source, lines) in zip(
        figure.subplots(1, len(curves), squeeze=False)[0], curves.items(), strict=True
    ):
        measured = {title: points for title, points in lines.items() if points}
        for number, (title, points) in enumerate(measured.items()):
            colour = COLOURS[number % len(COLOURS)]
            axes.plot(*zip(*points, strict=True), marker="o", label=title, color=colour)
        axes.set_title(source, fontsize=11)
        axes.set_xlabel("processor time of the training (minutes)")
        axes.set_ylabel("F1 on dev (%)")
        axes.grid(linewidth=0.4, color="#dddddd")
        axes.spines[["top", "right"]].set_visible(False)
        axes.legend(frameon=False, fontsize=8, loc="lower right")
    save_png(figure, path)


def draw_margins(rows: Sequence[Row], path: Path) -> None:
    """Draw how many times better than required each figure is; below 1 it fails."""
    bars = [(row, row.margin) for row in rows if row.margin is not None]
    figure = new_figure(10, 1.2 + 0.34 * len(bars))
    axes = figure.add_subplot()
    for place, (row, margin) in enumerate(bars):
        shown = min(max(margin, 1 / _MOST_SHOWN), _MOST_SHOWN)
        colour = COLOURS[0] if row.holds else COLOURS[1]
        axes.barh(place, shown - 1, left=1, color=colour, height=0.62)
        text = f" {row.value:g} (required {row.required}) "
        axes.text(max(shown, 1), place, text, va="center", ha="left", fontsize=8)
    axes.set_yticks(range(len(bars)), [row.name for row, _ in bars], fontsize=8)
    axes.invert_yaxis()
    axes.set_xscale("log")
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.5), 4 * high)
    axes.axvline(1, color="#444444", linewidth=1)
    axes.xaxis.set_major_formatter("{x:g}×")
    axes.set_xlabel("better than required; left of 1× the figure is not reached")
    axes.spines[["top", "right"]].set_visible(False)
    save_png(figure, path)


def draw_stages(runs: Mapping[str, Mapping[str, float]], path: Path) -> None:
    """Draw each run as one bar of its stages.

    runs: seconds by stage, by the name of the run.
    """
    stages = list(dict.fromkeys(stage for parts in runs.values() for stage in parts))
    figure = new_figure(10, 1.6 + 0.8 * len(runs))
    axes = figure.add_subplot()
    marks = {stage: _mark(number) for number, stage in enumerate(stages)}
    for place, parts in enumerate(runs.values()):
        whole, done = sum(parts.values()), 0.0
        for stage, seconds in parts.items():
            share = 100 * seconds / whole
            axes.barh(place, share, left=done, height=0.6, **marks[stage])
            if share >= 4:
                middle = done + share / 2
                axes.text(middle, place, f"{share:.0f}", ha="center", va="center", color="white")
            done += share
    titles = [f"{name}\n{1000 * sum(parts.values()):.0f} ms" for name, parts in runs.items()]
    axes.set_yticks(range(len(runs)), titles)
    axes.invert_yaxis()
    axes.set_xlim(0, 100)
    axes.set_xlabel("share of the time (%)")
    axes.spines[["top", "right", "left"]].set_visible(False)
    figure.legend(
        handles=[Patch(label=stage, **mark) for stage, mark in marks.items()],
        loc="outside lower center",
        ncols=4,
        frameon=False,
        fontsize=8,
    )
    save_png(figure, path)


def _mark(number: int) -> dict[str, Any]:
    """Return the colour of a stage, with a hatch once all colours are used."""
    return {
        "facecolor": COLOURS[number % len(COLOURS)],
        "hatch": "///" if number >= len(COLOURS) else None,
        "edgecolor": "white",
    }
