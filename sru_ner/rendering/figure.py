"""Pictures: a figure that needs no screen, saved as a PNG that is the same every time."""

from pathlib import Path
from typing import TYPE_CHECKING

from sru_ner.files import atomic_path

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty matplotlib figure; width and height are in inches."""
    # A command that draws nothing does not wait for matplotlib.
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)  # draws into memory, whatever backend the user has set
    return figure


def save_png(figure: "Figure", path: Path, *, dpi: int = 144) -> None:
    """Write a figure as a PNG, atomically; dpi are the pixels of an inch.

    The same figure gives the same bytes, as long as matplotlib draws it alike.
    """
    with atomic_path(path) as fresh:
        # Without the version of matplotlib, which would change the file with every release.
        figure.savefig(fresh, format="png", dpi=dpi, metadata={"Software": None})
