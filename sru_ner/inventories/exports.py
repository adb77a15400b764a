"""The table of sources × types as text, CSV, Markdown, picture and page."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import get_args

from sru_ner.errors import InputError
from sru_ner.files import write_text
from sru_ner.inventories.table import STATUSES, Cell, CellStatus, InventoryTable
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.figure import new_figure, save_png
from sru_ner.rendering.heatmap import label_grid
from sru_ner.rendering.markdown import markdown_table

_SHADES = {"annotated": "#1d4e89", "partly": "#6d93bf", "covered": "#c9dbee", "unknown": "#f5f7f9"}


def as_text(table: InventoryTable) -> str:
    """Return the table as text: a row for each type, a column for each source.

    The names of sources are written downwards, so that the table is narrow.
    """
    height = max(len(source) for source in table.sources)
    margin = max(len(type_) for type_ in table.types)
    names = [source.rjust(height) for source in table.sources]
    lines = [" " * margin + "  " + " ".join(name[i] for name in names) for i in range(height)]
    for type_ in table.types:
        signs = (STATUSES[table[source, type_].status][0] for source in table.sources)
        lines.append(f"{type_:<{margin}}  {' '.join(signs)}")
    lines += ["", legend(table)]
    return "\n".join(line.rstrip() for line in lines)


def legend(table: InventoryTable) -> str:
    """Explain the signs that occur in the table."""
    seen = {cell.status for cell in table.cells.values()}
    return "  ".join(
        f"{sign} {meaning}" for key, (sign, meaning) in STATUSES.items() if key in seen
    )


def as_csv(table: InventoryTable) -> str:
    """Return the table as CSV, with a row for each source and type."""
    rows = []
    for source in table.sources:
        for type_ in table.types:
            cell = table[source, type_]
            covered_by = " ".join(cell.covered_by)
            rows.append((source, type_, cell.status, covered_by, cell.mentions))
    return csv_text(("source", "type", "status", "covered_by", "mentions"), rows)


def as_markdown(table: InventoryTable) -> str:
    """Return the table as Markdown, with a row for each source and a column for each type."""
    rows = [
        [source, *(in_words(table[source, type_]) for type_ in table.types)]
        for source in table.sources
    ]
    return f"{markdown_table(['source', *table.types], rows)}\n{legend(table)}\n"


def in_words(cell: Cell) -> str:
    """Return a cell's sign with its mentions or covering types, such as `● 1,234`, `○ in Cell`."""
    sign = STATUSES[cell.status][0]
    if cell.covered_by:
        return f"{sign} in {', '.join(cell.covered_by)}"
    counted = cell.mentions is not None and cell.status in ("annotated", "partly")
    return f"{sign} {cell.mentions:,}" if counted else sign


def draw(table: InventoryTable, path: Path) -> None:
    """Draw the table as a PNG, with a row for each source and a column for each type."""
    # The table on the terminal does not need matplotlib.
    from matplotlib.colors import BoundaryNorm, ListedColormap  # noqa: PLC0415
    from matplotlib.patches import Patch  # noqa: PLC0415

    order: tuple[CellStatus, ...] = get_args(CellStatus)
    values = [
        [order.index(table[source, type_].status) for type_ in table.types]
        for source in table.sources
    ]
    figure = new_figure(2.8 + 0.3 * len(table.types), 2.2 + 0.26 * len(table.sources))
    axes = figure.add_subplot()
    colours = ListedColormap([_SHADES[status] for status in order])
    axes.imshow(values, cmap=colours, norm=BoundaryNorm([-0.5, 0.5, 1.5, 2.5, 3.5], 4))
    label_grid(axes, rows=table.sources, columns=table.types, rotation=60, line_width=1.5)
    axes.tick_params(labelsize=8)
    seen = {cell.status for cell in table.cells.values()}
    patches = [
        Patch(facecolor=_SHADES[key], edgecolor="#d9dee5", label=STATUSES[key][1])
        for key in order
        if key in seen
    ]
    figure.legend(handles=patches, loc="outside lower left", ncols=2, frameon=False, fontsize=8)
    figure.suptitle("Type inventories", fontsize=11)
    save_png(figure, path)


def as_html(table: InventoryTable) -> str:
    """Return the table as a self-contained HTML page."""
    from sru_ner.rendering.pages import render_page  # noqa: PLC0415

    rows = [(source, list(_shaded(table, source))) for source in table.sources]
    meanings = {key: meaning for key, (_, meaning) in STATUSES.items()}
    return render_page(
        "inventories/page.html.j2", table=table, rows=rows, meanings=meanings, shades=_SHADES
    )


def _shaded(table: InventoryTable, source: str) -> Iterator[tuple[str, str]]:
    for type_ in table.types:
        cell = table[source, type_]
        yield cell.status, in_words(cell)


_TEXTS: Mapping[str, Callable[[InventoryTable], str]] = MappingProxyType(
    {".csv": as_csv, ".md": as_markdown, ".html": as_html}
)


def write(table: InventoryTable, path: Path) -> None:
    """Write the table to a file in the format of its ending: csv, md, png or html.

    Raises `InputError` for any other ending.
    """
    if path.suffix not in (".png", *_TEXTS):
        raise InputError(
            "the table has no such format" if path.suffix else "the name has no ending",
            path=path,
            remedy=f"let the name end in {', '.join(sorted(('.png', *_TEXTS)))}",
        )
    if path.suffix == ".png":
        draw(table, path)
    else:
        write_text(path, _TEXTS[path.suffix](table))
