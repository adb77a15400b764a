"""Draw a text as HTML, with nested labelled spans below its words.

The page that shows the drawing includes `drawing.css.j2` in its style.
"""

import html
import unicodedata
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from sru_ner.rendering.reaches import Reach, find_reaches

COLOURS = ("#0072b2", "#b34700", "#007a5e", "#a8447f", "#8a6400", "#1f7fa8", "#7a4fa3", "#8c4a3c")
"""Colours of spans, after Okabe and Ito: colour-blind readers can tell them apart, and white labels
can be read on them."""

_TOKEN = '<span class="token" style="height:{height}px">{text}{lines}{labels}</span>'
_LINE = '<span class="slice{dashed}" style="--paint:{colour};top:{top}px"></span>'
_LABEL = '<span class="label" style="--paint:{colour};top:{top}px">{label}</span>'
_OPEN = '<span class="reach"><span class="words">'
_CLOSE = '</span><span class="sizer" data-label="{label}"></span></span>'
_FIRST_LINE = 25  # pixels from the top of the words to the first line below them
_LONGEST = 20  # letters of a piece, which a line of a small screen can hold
_STEP = 22  # pixels from a line to the next one: a line and its label


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
    dashed: bool = False
    """True if its line is dashed."""


def colours_of(types: Iterable[str]) -> dict[str, str]:
    """Return a colour for each type. From the ninth type on, colours are used again."""
    return {type_: COLOURS[i % len(COLOURS)] for i, type_ in enumerate(sorted(set(types)))}


def draw_spans(text: str, spans: Sequence[LabelledSpan]) -> Markup:
    """Draw a text and its spans, which may nest and cross, as HTML; white space becomes spaces.

    A span is one level below the lowest span that it begins in, so an inner mention is below the
    outer ones, and no line meets another. No label covers another one (see `reaches.py`).
    `drawing.js` draws the same in the browser.
    """
    text = "".join(" " if c.isspace() else c for c in text)
    ordered = deque(sorted(spans, key=lambda span: (span.start, -span.end, span.label)))
    cuts = _cuts(text, spans)
    reaches = deque(find_reaches(text, [(s.start, s.end, s.label) for s in ordered], cuts))
    drawn = []
    opened: list[Reach] = []
    covering: list[tuple[LabelledSpan, int]] = []  # spans over the piece, and their levels from 0
    for start, end in pairwise(cuts):
        covering = [(span, level) for span, level in covering if span.end > start]
        while ordered and ordered[0].start == start:
            lowest = max((level for _, level in covering), default=-1)
            covering.append((ordered.popleft(), lowest + 1))
        while reaches and reaches[0].start == start:
            opened.append(reaches.popleft())
            drawn.append(_OPEN)
        drawn.append(_draw_piece(text[start:end], start, covering))
        while opened and opened[-1].end == end:
            drawn.append(_CLOSE.format(label=html.escape(opened.pop().label)))
    return Markup(f'<div class="spans">{"".join(drawn)}</div>')


def _draw_piece(text: str, start: int, covering: Sequence[tuple[LabelledSpan, int]]) -> str:
    """Draw a piece of the text at `start` with the spans that cover it and their levels."""
    if not covering:
        return html.escape(text)
    lines = [
        _LINE.format(
            dashed=" dashed" if span.dashed else "",
            colour=html.escape(span.colour),
            top=_FIRST_LINE + _STEP * level,
        )
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


def _cuts(text: str, spans: Iterable[LabelledSpan]) -> list[int]:
    """Return the places before each word, and where a span starts or ends.

    A long span consists of several pieces, so that a line can break inside it. So does a long word.
    """
    cuts = {0, len(text)} | {edge for span in spans for edge in (span.start, span.end)}
    cuts |= {i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()}
    for start, end in pairwise(sorted(cuts)):
        places = range(start + _LONGEST, end, _LONGEST)
        cuts |= {place for place in places if unicodedata.category(text[place])[0] != "M"}
    return sorted(cuts)
