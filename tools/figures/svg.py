"""A drawing of boxes, texts and arrows, written as SVG with sizes in pixels."""

from html import escape

INK, SOFT, LINE, PAPER = "#1b1f24", "#57606a", "#8c959f", "#ffffff"
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#b34700", "#007a5e", "#7a4fa3"
"""Colours that colour-blind readers can tell apart, as on the other pages."""
_FONT = "font-family='Segoe UI, Helvetica, Arial, sans-serif'"


class Drawing:
    """A figure of a given size; what is drawn later is on top."""

    def __init__(self, width: float, height: float, title: str) -> None:
        """title: what the figure shows, for those who cannot see it."""
        self._size, self._title = (width, height), title
        self._parts: list[str] = []

    def text(
        self,
        x: float,
        y: float,
        words: str,
        *,
        size: float = 15,
        colour: str = INK,
        anchor: str = "start",
        bold: bool = False,
        mono: bool = False,
    ) -> None:
        """Write one line; (x, y) is the start, `middle` or `end` of its base line."""
        style = " font-weight='600'" if bold else ""
        style += " font-family='Menlo, Consolas, monospace'" if mono else ""
        self._parts.append(
            f"<text x='{x:g}' y='{y:g}' font-size='{size:g}' fill='{colour}'"
            f" text-anchor='{anchor}'{style}>{escape(words)}</text>"
        )

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *lines: str,
        fill: str = PAPER,
        stroke: str = LINE,
        colour: str = INK,
        dashed: bool = False,
        size: float = 15,
    ) -> None:
        """Draw a box with lines of text in its middle."""
        dash = " stroke-dasharray='5 4'" if dashed else ""
        self._parts.append(
            f"<rect x='{x:g}' y='{y:g}' width='{width:g}' height='{height:g}' rx='5'"
            f" fill='{fill}' stroke='{stroke}' stroke-width='1.5'{dash}/>"
        )
        first = y + height / 2 + size * 0.35 - (len(lines) - 1) * size * 0.62
        for number, line in enumerate(lines):
            at = first + number * size * 1.25
            self.text(x + width / 2, at, line, anchor="middle", colour=colour, size=size)

    def arrow(self, *points: tuple[float, float], colour: str = SOFT, dashed: bool = False) -> None:
        """Draw a line through points, with a head at the last one."""
        way = " ".join(f"{x:g},{y:g}" for x, y in points)
        dash = " stroke-dasharray='5 4'" if dashed else ""
        self._parts.append(
            f"<polyline points='{way}' fill='none' stroke='{colour}' stroke-width='1.6'{dash}"
            " marker-end='url(#head)'/>"
        )

    def line(self, x: float, y: float, x2: float, y2: float, colour: str = LINE) -> None:
        """Draw a thin line."""
        self._parts.append(
            f"<line x1='{x:g}' y1='{y:g}' x2='{x2:g}' y2='{y2:g}' stroke='{colour}'/>"
        )

    def svg(self) -> str:
        """Return the file's content."""
        width, height = self._size
        return (
            f"<svg xmlns='http://www.w3.org/2000/svg' width='{width:g}' height='{height:g}'"
            f" viewBox='0 0 {width:g} {height:g}' role='img' {_FONT}>\n"
            f"<title>{escape(self._title)}</title>\n"
            "<defs><marker id='head' viewBox='0 0 8 8' refX='7' refY='4' markerWidth='7'"
            f" markerHeight='7' orient='auto'><path d='M0 0 8 4 0 8z' fill='{SOFT}'/></marker>"
            f"</defs>\n<rect width='100%' height='100%' fill='{PAPER}'/>\n"
            + "\n".join(self._parts)
            + "\n</svg>\n"
        )
