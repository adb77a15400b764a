"""Growth of the recurrence's time and memory with length, batch and number of types."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from bench.cases import OURS, TRANSCRIPTION, Case, TrainingPass, peak_of
from bench.pictures import Panel, Point, draw_panels
from bench.report import Row, at_most
from bench.timing import Times, in_fresh_process, in_turns, megabytes

BASE = Case(width=384, rows=16, words=40, types=4)
AXES: Mapping[str, Sequence[int]] = {
    "words": (50, 100, 150, 200, 283, 400),
    "rows": (1, 2, 4, 8, 16, 32, 64),
    "types": (2, 4, 8, 16, 32, 64, 100),
}
"""Values for each field of `BASE`, changed one field at a time."""
_TITLES = {"words": "length", "rows": "batch", "types": "number of types"}

STEEPEST = 1.1
"""Largest slope in a log-log plot that counts as linear growth. Time may grow with the length as
its multiplications do: each step reads all slots, so they are not linear (`multiplications`)."""
_FEWER = {TRANSCRIPTION: 3}
"""Number of repeats of a side that is drawn for comparison only."""
_AFFORDABLE = 3e9
"""Estimated bytes up to which the transcription is measured, too."""


def measure(
    picture: Path,
    base: Case = BASE,
    axes: Mapping[str, Sequence[int]] = AXES,
    *,
    repeats: int = 5,
) -> Iterator[Row]:
    """Fit the slopes of time and memory over the upper half of each axis, and draw a picture.

    picture: the PNG file that is written.
    """
    panels = []
    for axis, values in axes.items():
        lines: dict[str, list[Point]] = {OURS: [], TRANSCRIPTION: []}
        for value in values:
            case = replace(base, **{axis: value})
            for side, times in _times(case, repeats).items():
                peak = in_fresh_process(peak_of, case, side)
                lines[side].append(Point(value, times.median, peak))
        panels.append(Panel(_TITLES[axis], axis, lines))
        yield from _slopes(axis, base, lines[OURS])
    draw_panels(panels, str(base), picture)


def _times(case: Case, repeats: int) -> dict[str, Times]:
    batch = TrainingPass(case)
    batch.run(OURS)
    sides = [OURS, TRANSCRIPTION] if case.transcription_bytes <= _AFFORDABLE else [OURS]
    return in_turns({side: partial(batch.run, side) for side in sides}, repeats, fewer=_FEWER)


def _slopes(axis: str, base: Case, points: Sequence[Point]) -> Iterator[Row]:
    upper = points[len(points) // 2 :] if len(points) > 3 else points[-2:]
    others = f"{base} but for {axis}; slope fitted on {axis} {upper[0].place} to {upper[-1].place}"
    places = [point.place for point in upper]
    counted = [replace(base, **{axis: place}).multiplications for place in places]
    steepest = round(slope(places, counted), 2)
    if steepest > STEEPEST:
        others += f", where that of the multiplications is {steepest:.2f}"
    for quantity, limit, values, written in (
        (
            "time",
            max(STEEPEST, steepest),
            [point.seconds for point in upper],
            lambda p: f"{1000 * p.seconds:.0f} ms",
        ),
        ("peak memory", STEEPEST, [point.peak for point in upper], lambda p: megabytes(p.peak)),
    ):
        found = ", ".join(f"{point.place}: {written(point)}" for point in points)
        yield at_most(
            f"recurrence, growth of {quantity} with {_TITLES[axis]}",
            slope(places, values),
            limit,
            "log-log slope (1 is linear)",
            f"{others}; {found}",
        )


def slope(places: Sequence[float], values: Sequence[float]) -> float:
    """Fit a power law to some points, all above 0, and return its exponent."""
    return float(np.polyfit(np.log(places), np.log(np.maximum(values, 1e-12)), 1)[0])
