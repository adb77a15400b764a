"""The picture of the annotation gaps."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sru_ner.data_report.agreement import UNMARKED, Agreement
from sru_ner.data_report.tables import comparable
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.heatmap import draw_heatmap


def draw_gaps(rows: Sequence[Agreement], path: Path) -> None:
    """Draw the share of a source's strings that other sources leave unmarked, as a PNG."""
    shown = [row for row in rows if comparable(row)]
    marked = list(dict.fromkeys((row.source, row.type) for row in shown))
    others = sorted({row.other for row in shown})
    values = np.full((max(1, len(marked)), max(1, len(others))), np.nan)
    for row in shown:
        values[marked.index((row.source, row.type)), others.index(row.other)] = row.share(UNMARKED)
    names = [f"{source}: {type_}" for source, type_ in marked]
    longest = max(map(len, names), default=0)
    draw_heatmap(
        path,
        values,
        [
            ["" if np.isnan(value) else percent(value, decimals=0) for value in row]
            for row in values
        ],
        rows=names,
        columns=others,
        row_label="strings marked as",
        column_label="left unmarked in",
        bar_label="unmarked occurrences (%)",
        title="Annotation gaps between sources that annotate the same type",
        size=(1.8 + 0.08 * longest + 0.62 * len(others), 2.4 + 0.3 * len(names)),
        colours="OrRd",
        zero_colour="#999999",
    )
