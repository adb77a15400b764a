"""Draw a text as HTML, with nested labelled spans below its words.

The page that shows the drawing includes `drawing.css.j2` in its style.
"""

import html
import math
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

COLOURS = ("#0072b2", "#b34700", "#007a5e", "#a8447f", "#8a6400", "#1f7fa8", "#7a4fa3", "#8c4a3c")
"""Colours of spans, after Okabe and Ito: colour-blind readers can tell them apart, and white labels
can be read on them."""

_TOKEN = '<span class="token" style="height:{height}px">{text}{lines}{labels}</span>'
_LINE = '<span class="slice" style="--paint:{colour};top:{top}px"></span>'
_LABEL = '<span class="label" style="--paint:{colour};top:{top}px">{label}</span>'
_FIRST_LINE = 25  # pixels from the top of the words to the first line below them
_STEP = 22  # pixels from a line to the next one: a line and its label
_HARD_SPACE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class LabelledSpan:
    """A span that is drawn, with its label and colour."""

    start: int
    """Offset into the drawn text, in code points."""
    end: int
    """Offset of its end, in code points; exclusive."""
    label: str
    colour: str
    """Any CSS colour."""


def colours_of(types: Iterable[str]) -> dict[str, str]:
    """Return a colour for each type. From the ninth type on, colours are used again."""
    return {type_: COLOURS[i % len(COLOURS)] for i, type_ in enumerate(sorted(set(types)))}


def draw_spans(text: str, spans: Sequence[LabelledSpan]) -> Markup:
    """Draw a text and its spans, which may nest and cross, as HTML; white space becomes spaces.

    A span is one level below the lowest span that it begins in, so an inner mention is below the
    outer ones, and no line meets another.
    """
    text = "".join(" " if c.isspace() else c for c in text)
    ordered = deque(sorted(spans, key=lambda span: (span.start, -span.end, span.label)))
    room = _room(ordered)
    drawn = []
    covering: list[tuple[LabelledSpan, int]] = []  # spans over the piece, and their levels from 0
    for start, end in _pieces(text, [(span.start, span.end) for span in spans]):
        covering = [(span, level) for span, level in covering if span.end > start]
        while ordered and ordered[0].start == start:
            lowest = max((level for _, level in covering), default=-1)
            covering.append((ordered.popleft(), lowest + 1))
        drawn.append(_draw_piece(text[start:end] + _HARD_SPACE * room.get(end, 0), start, covering))
    return Markup(f'<div class="spans">{"".join(drawn)}</div>')


def _draw_piece(text: str, start: int, covering: Sequence[tuple[LabelledSpan, int]]) -> str:
    """Draw a piece of the text at `start` with the spans that cover it and their levels."""
    if not covering:
        return html.escape(text)
    lines = [
        _LINE.format(colour=html.escape(span.colour), top=_FIRST_LINE + _STEP * level)
        for span, level in covering
    ]
    labels = [
        _LABEL.format(
            colour=html.escape(span.colour),
            top=_FIRST_LINE + _STEP * level,
            label=html.escape(span.label),
        )
        for span, level in covering
        if span.start == start
    ]
    height = _FIRST_LINE + _STEP * (1 + max(level for _, level in covering))
    return _TOKEN.format(
        height=height, text=html.escape(text), lines="".join(lines), labels="".join(labels)
    )


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut a text before each word, and where a span starts or ends.

    A long span consists of several pieces, so that a line can break inside it.
    """
    cuts = {0, len(text)} | {edge for span in spans for edge in span}
    cuts |= {i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()}
    return list(pairwise(sorted(cuts)))


def _room(spans: Iterable[LabelledSpan]) -> dict[int, int]:
    """Return the number of spaces before each place, so that no label covers the one before it.

    The spans are sorted by start, the longer first. The letters of a label are a little narrower
    than those of the text. Two more letters make up for the label's edges.
    """
    room: dict[int, int] = {}
    before: list[tuple[int, int]] = []  # (end, where its label ends) of each mention so far
    moved = 0
    for span in spans:
        taken = max((reach for last, reach in before if last <= span.start), default=0)
        if taken > span.start + moved:
            room[span.start] = taken - span.start - moved
            moved = taken - span.start
        before.append((span.end, span.start + moved + math.ceil(0.85 * len(span.label)) + 2))
    return room
