"""Draw a text as HTML, with nested labelled spans below its words.

The page that shows the drawing includes `drawing.css.j2` in its style.
"""

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from markupsafe import Markup
from spacy import displacy

COLOURS = ("#0072b2", "#b34700", "#007a5e", "#a8447f", "#8a6400", "#1f7fa8", "#7a4fa3", "#8c4a3c")
"""Colours of spans, after Okabe and Ito: colour-blind readers can tell them apart, and white labels
can be read on them."""

# displaCy's templates, but with classes for the page's style sheet and without extra spaces.
_TOKEN = (
    '<span class="token" style="height:{total_height}px">{text}{span_slices}{span_starts}</span>'
)
_SLICE = '<span class="slice" style="--paint:{bg};top:{top_offset}px"></span>'
_START = '<span class="label" style="--paint:{bg};top:{top_offset}px">{label}{kb_link}</span>'
_MARK = "\0"  # no HTML page may contain it, so it can mark places
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
    """Draw a text and its spans, which may nest and cross, as HTML; white space becomes spaces."""
    text = "".join(" " if c.isspace() else c for c in text.replace(_MARK, " "))
    pieces = _pieces(text, [(span.start, span.end) for span in spans])
    room = _room(spans)
    starts = {start: index for index, (start, _) in enumerate(pieces)}
    ends = {end: index + 1 for index, (_, end) in enumerate(pieces)}
    covered = {i for span in spans for i in range(starts[span.start], ends[span.end])}
    document: dict[str, Any] = {
        # displaCy adds a space after each piece outside all spans, and draws no line under white
        # space inside a span. The mark removes that space, and makes displaCy draw the line.
        "tokens": [
            text[start:end]
            + _HARD_SPACE * room.get(end, 0)
            + (_MARK if i not in covered or text[start:end].isspace() else "")
            for i, (start, end) in enumerate(pieces)
        ],
        # displaCy escapes the words but not the labels.
        "spans": [
            {
                "start_token": starts[span.start],
                "end_token": ends[span.end],
                "label": html.escape(span.label),
            }
            for span in spans
        ],
    }
    options = {
        "colors": {html.escape(span.label): span.colour for span in spans},
        "template": {"span": _TOKEN, "slice": _SLICE, "start": _START},
        "top_offset": 25,
        "span_label_offset": 21,
        "top_offset_step": 22,
    }
    drawn = displacy.render(document, style="span", manual=True, jupyter=False, options=options)
    return Markup(drawn.replace(_MARK + " ", "").replace(_MARK, ""))


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut a text before each word, and where a span starts or ends.

    A long span consists of several pieces, so that a line can break inside it.
    """
    cuts = {0, len(text)} | {edge for span in spans for edge in span}
    cuts |= {i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()}
    return list(pairwise(sorted(cuts)))


def _room(spans: Iterable[LabelledSpan]) -> dict[int, int]:
    """Return how many spaces go before a mention, so that its label does not cover the one before.

    The letters of a label are a little narrower than those of the text. Two more letters make up
    for the label's edges.
    """
    room: dict[int, int] = {}
    before: list[tuple[int, int]] = []  # (end, where its label ends) of each mention so far
    moved = 0
    for span in sorted(spans, key=lambda each: (each.start, -each.end, each.label)):
        taken = max((reach for last, reach in before if last <= span.start), default=0)
        if taken > span.start + moved:
            room[span.start] = taken - span.start - moved
            moved = taken - span.start
        before.append((span.end, span.start + moved + math.ceil(0.85 * len(span.label)) + 2))
    return room
