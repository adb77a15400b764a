"""The sample as a page to read: each sentence with predicted and annotated mentions drawn."""

import html
import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

from markupsafe import Markup
from spacy import displacy

from sru_ner.assessment.sample import Sample, SentenceInQuestion
from sru_ner.pages import render_page

TEMPLATE = "assessment/exports/sample.html.j2"

_COLOURS = ("#0072b2", "#b34700", "#007a5e", "#a8447f", "#8a6400", "#1f7fa8", "#7a4fa3", "#8c4a3c")
"""After Okabe and Ito, which colour-blind readers can tell apart; dark enough for white labels."""

_GOLD = "var(--gold)"  # the style sheet draws whatever has this colour dashed

# displaCy's own, but with classes for the page's style sheet and without a space of their own.
_TOKEN = (
    '<span class="token" style="height:{total_height}px">{text}{span_slices}{span_starts}</span>'
)
_SLICE = '<span class="slice" style="--paint:{bg};top:{top_offset}px"></span>'
_START = '<span class="label" style="--paint:{bg};top:{top_offset}px">{label}{kb_link}</span>'
_MARK = "\0"  # no HTML page may contain it, so it is free to mark places
_HARD_SPACE = "\N{NO-BREAK SPACE}"


def to_page(
    sample: Sample, sentences: Sequence[SentenceInQuestion], *, suite: str, model: str, split: str
) -> str:
    """A self-contained page with filters by corpus and type; says so if nothing was drawn."""
    types = sorted({mention.type for mention in sample.mentions})
    colours = {type_: _COLOURS[i % len(_COLOURS)] for i, type_ in enumerate(types)}
    return render_page(
        TEMPLATE,
        suite=suite,
        model=model,
        split=split,
        sample=sample,
        types=types,
        colours=colours,
        corpora=sorted({mention.tested for mention in sample.mentions}),
        items=[(item, draw_spans(item, colours)) for item in sentences],
    )


def draw_spans(item: SentenceInQuestion, colours: dict[str, str]) -> Markup:
    """A sentence with its nested mentions drawn below the words; `colours` by predicted type."""
    text = "".join(" " if c.isspace() else c for c in item.sentence.text.replace(_MARK, " "))
    shift = item.sentence.start
    labelled = [
        (m.start - shift, m.end - shift, f"{m.type} {m.score:.2f}", colours[m.type])
        for m in item.sampled
    ]
    labelled += [(g.start, g.end, f"annotated: {g.type}", _GOLD) for g in item.gold]
    pieces = _pieces(text, [(start, end) for start, end, _, _ in labelled])
    room = _room([(start, end, label) for start, end, label, _ in labelled])
    starts = {start: index for index, (start, _) in enumerate(pieces)}
    ends = {end: index + 1 for index, (_, end) in enumerate(pieces)}
    covered = {i for start, end, _, _ in labelled for i in range(starts[start], ends[end])}
    document: dict[str, Any] = {
        # displaCy adds a space after each piece outside all spans, and draws no line under white
        # space inside one: the mark takes the first back and averts the second.
        "tokens": [
            text[start:end]
            + _HARD_SPACE * room.get(end, 0)
            + (_MARK if i not in covered or text[start:end].isspace() else "")
            for i, (start, end) in enumerate(pieces)
        ],
        # displaCy escapes the words but not the labels.
        "spans": [
            {"start_token": starts[start], "end_token": ends[end], "label": html.escape(label)}
            for start, end, label, _ in labelled
        ],
    }
    options = {
        "colors": {html.escape(label): colour for _, _, label, colour in labelled},
        "template": {"span": _TOKEN, "slice": _SLICE, "start": _START},
        "top_offset": 25,
        "span_label_offset": 21,
        "top_offset_step": 22,
    }
    drawn = displacy.render(document, style="span", manual=True, jupyter=False, options=options)
    return Markup(drawn.replace(_MARK + " ", "").replace(_MARK, ""))


def _pieces(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Cut a text before each run of letters after white space, and where a span starts or ends.

    A long span has to be in several pieces, or no line could break inside it.
    """
    cuts = {0, len(text)} | {edge for span in spans for edge in span}
    cuts |= {i for i in range(1, len(text)) if text[i - 1].isspace() and not text[i].isspace()}
    return list(pairwise(sorted(cuts)))


def _room(labelled: Iterable[tuple[int, int, str]]) -> dict[int, int]:
    """Spaces to put in before a mention, so that its label does not lie on the one before it.

    Works with (start, end, label) in characters; a label's letters are a little narrower than
    the text's, and two more make up for its edges.
    """
    room: dict[int, int] = {}
    before: list[tuple[int, int]] = []  # (end, where its label ends) of each mention so far
    moved = 0
    for start, end, label in sorted(labelled, key=lambda each: (each[0], -each[1])):
        taken = max((reach for last, reach in before if last <= start), default=0)
        if taken > start + moved:
            room[start] = taken - start - moved
            moved = taken - start
        before.append((end, start + moved + math.ceil(0.85 * len(label)) + 2))
    return room
