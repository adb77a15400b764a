"""Draw a text as HTML, with nested labelled spans below its words.

The page that shows the drawing includes `drawing.css.j2` in its style.
"""

import html
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from sru_ner.rendering.levels import (
    find_levels,
    find_rooms,
    is_cut,
    is_mixed,
    is_right_to_left,
    label_width,
)

COLOURS = ("#0072b2", "#b34700", "#007a5e", "#a8447f", "#8a6400", "#1f7fa8", "#7a4fa3", "#8c4a3c")
"""Colours of spans, after Okabe and Ito: colour-blind readers can tell them apart, and white labels
can be read on them."""

_SPANS = '<div class="spans"{direction}{edge}>{text}</div>'
_TOKEN = '<span class="token" style="--below:{below};background:{lines}">{text}{labels}</span>'
_LABEL = (
    '<span class="label" style="--paint:{colour};--top:{top};--width:{width}"{title}>{label}</span>'
)
_LINE = "linear-gradient({colour},{colour}) 0 {top}em/100% {thick}em no-repeat"
_DASHED = (
    "repeating-linear-gradient(90deg,{colour} 0 5px,transparent 5px 8px) 0 {top}em/100% {thick}em"
    " no-repeat"
)
_STEM = "linear-gradient({colour},{colour}) {side} {top}em/2px {height}em no-repeat"
_ROOM = '<span class="room" style="--room:{width}"></span>'
# All in the font size: lines are as far below the top of the words, and as far apart.
_FIRST_LINE, _STEP, _THICK = 1.34, 1.35, 0.25
_LONGEST = 20  # letters of a piece, which a line of a small screen can hold


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

    Words keep their places, so spans are on levels: see `levels.py`. A mention begins on a new line
    where its label would not fit in the old one. `drawing.js` draws the same in the browser.
    """
    text = "".join(" " if c.isspace() else c for c in text)
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.label))
    levels = find_levels(text, [(span.start, span.end, span.label) for span in ordered])
    waiting = list(zip(ordered, levels, strict=True))[::-1]
    cuts = _cuts(text, spans)
    rooms = find_rooms(text, [(span.start, span.label) for span in ordered])
    right_to_left = is_right_to_left(text)
    drawn = []
    covering: list[tuple[LabelledSpan, int]] = []  # spans over the piece, and their levels
    for start, end in pairwise(cuts):
        covering = [(span, level) for span, level in covering if span.end > start]
        while waiting and waiting[-1][0].start == start:
            covering.append(waiting.pop())
        if start in rooms:
            drawn.append(_ROOM.format(width=f"{rooms[start]:.2f}"))
        drawn.append(_draw_piece(text[start:end], start, covering, right_to_left))
    direction = ' dir="rtl"' if right_to_left else ""
    edge = ""
    if rooms and is_mixed(text):
        # Words may be further to the side than their letters are counted.
        edge = f' style="padding-inline-end:{max(rooms.values()):.2f}em"'
    return Markup(_SPANS.format(direction=direction, edge=edge, text="".join(drawn)))


def _draw_piece(
    text: str, start: int, covering: Sequence[tuple[LabelledSpan, int]], right_to_left: bool
) -> str:
    """Draw a piece of the text at `start` with the spans that cover it and their levels."""
    if not covering:
        return html.escape(text)
    lines = [_line(span, level) for span, level in covering]
    # From the word down to a line that is not next to it.
    stems = [
        _STEM.format(
            colour=span.colour,
            side="right" if right_to_left else "left",
            top=f"{_FIRST_LINE:.2f}",
            height=f"{_STEP * level:.2f}",
        )
        for span, level in covering
        if span.start == start and level
    ]
    labels = [
        _LABEL.format(
            colour=html.escape(span.colour),
            top=f"{_FIRST_LINE + _THICK + _STEP * level:.2f}",
            width=f"{label_width(span.label):.2f}",
            title=f' title="{html.escape(span.label)}"' if is_cut(span.label) else "",
            label=html.escape(span.label),
        )
        for span, level in covering
        if span.start == start
    ]
    return _TOKEN.format(
        below=1 + max(level for _, level in covering),
        lines=html.escape(",".join(lines + stems)),
        text=html.escape(text),
        labels="".join(labels),
    )


def _line(span: LabelledSpan, level: int) -> str:
    form = _DASHED if span.dashed else _LINE
    return form.format(colour=span.colour, top=f"{_FIRST_LINE + _STEP * level:.2f}", thick=_THICK)


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
