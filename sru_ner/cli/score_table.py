"""Print the figures of two files as a table on the terminal."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sru_ner.corpora.incidents import Incidents
    from sru_ner.predictions.file_scores import Score


def show_scores(rows: "Sequence[Score]", incidents: "Incidents") -> None:
    """Print the figures, and below them what could not be compared without a change."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from sru_ner.predictions.file_scores import table_of

    headings, lines = table_of(rows)
    # Columns that are the same in each row are only in the files.
    shown = [
        i
        for i, name in enumerate(headings)
        if name not in ("mentions", "type") or len({line[i] for line in lines}) > 1
    ]
    several = any(row.type != "all" for row in rows)
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for i in shown:
        table.add_column(headings[i], justify="left" if i < 3 else "right", no_wrap=True)
    for row, line in zip(rows, lines, strict=True):
        style = "bold" if several and row.type == "all" else None
        table.add_row(*(line[i] for i in shown), style=style)
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = 200  # a file has room for all columns
    if rows:
        console.print(table)
    for sentence in incidents.sentences():
        console.print(f"[yellow]![/] {escape(sentence)}", soft_wrap=True)
