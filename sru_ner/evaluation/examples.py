"""A mention in context: its sentence with all that is gold or predicted there, ready to draw."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from sru_ner.drawing import Labelled
from sru_ner.errors import InputError
from sru_ner.harmonize.store import Sentence

_DOCUMENT = ("tested", "document_id")
_REMEDY = "run `sru-ner evaluate` again: the corpus was harmonised after it"


@dataclass(frozen=True, slots=True)
class ShownMention:
    """A mention of the decisions table, in code points of the shown text."""

    start: int
    end: int
    """Exclusive. What goes on outside the shown text is cut at its ends."""
    type: str
    gold: bool
    predicted: bool
    in_inventory: bool
    score: float | None
    """None if not predicted."""


@dataclass(frozen=True, slots=True)
class Context:
    """A text with mentions, of which one is in question."""

    model: str
    tested: str
    document_id: str
    text: str
    """The sentence in which the mention in question lies; all of them if it crosses some."""
    start: int
    """Code point offset of `text` in its document."""
    question: tuple[int, int, str]
    """(start, end, type) of the mention in question, in code points of `text`."""
    mentions: tuple[ShownMention, ...]
    """By (start, −end, type)."""

    @property
    def gold(self) -> tuple[ShownMention, ...]:
        """Those that the annotators marked."""
        return tuple(mention for mention in self.mentions if mention.gold)

    @property
    def predicted(self) -> tuple[ShownMention, ...]:
        """Those that the model found."""
        return tuple(mention for mention in self.mentions if mention.predicted)


def labelled(mentions: Iterable[ShownMention], colours: Mapping[str, str]) -> list[Labelled]:
    """Mentions as `drawing.draw_spans` wants them; `colours` are by type."""
    return [Labelled(m.start, m.end, m.type, colours[m.type]) for m in mentions]


def in_context(rows: pa.Table, decisions: pa.Table, sentences: Iterable[Sentence]) -> list[Context]:
    """Put mentions back into their sentences, one context for each row and in their order.

    rows: model, tested, document_id, start, end, text and type; errors, gaps or decisions, or
    changes with a column `model`. decisions: a table of `decisions.SCHEMA` that covers them.
    sentences: those of the tested sources and the tested split. Raises `InputError` if the
    sentences do not say what the rows quote: corpus and decisions do not belong together.
    """
    wanted = rows.select(["model", *_DOCUMENT, "start", "end", "text", "type"]).to_pylist()
    documents = {_document(row) for row in wanted}
    texts: dict[tuple[str, str], list[Sentence]] = {}
    for sentence in sentences:
        key = (sentence.source, sentence.document_id)
        if key in documents:
            texts.setdefault(key, []).append(sentence)
    marked: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in _of_documents(decisions, documents):
        marked.setdefault((row["model"], *_document(row)), []).append(row)
    return [
        _context(
            row, texts.get(_document(row), ()), marked.get((row["model"], *_document(row)), ())
        )
        for row in wanted
    ]


def _document(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["tested"], row["document_id"]


def _of_documents(decisions: pa.Table, documents: Iterable[tuple[str, str]]) -> list[dict]:
    keys = pa.Table.from_pylist(
        [dict(zip(_DOCUMENT, key, strict=True)) for key in sorted(documents)],
        schema=pa.schema([(name, pa.string()) for name in _DOCUMENT]),
    )
    names = [
        "model",
        *_DOCUMENT,
        "start",
        "end",
        "type",
        "gold",
        "predicted",
        "in_inventory",
        "score",
    ]
    found = decisions.select(names).join(keys, list(_DOCUMENT), join_type="left semi")
    return found.to_pylist()


def _context(
    row: Mapping[str, Any], sentences: Sequence[Sentence], marked: Iterable[Mapping[str, Any]]
) -> Context:
    around = [s for s in sentences if s.start < row["end"] and row["start"] < _end(s)]
    text, start = _joined(around)
    first, last = row["start"] - start, row["end"] - start
    # Between two sentences, white space may be other than in the document.
    if not around or text[max(0, first) : last].split() != row["text"].split():
        raise InputError(
            f"{row['tested']}: document {row['document_id']} does not say"
            f" {row['text']!r} at {row['start']}",
            remedy=_REMEDY,
        )
    shown = [
        ShownMention(
            start=max(0, other["start"] - start),
            end=min(len(text), other["end"] - start),
            type=other["type"],
            gold=other["gold"],
            predicted=other["predicted"],
            in_inventory=other["in_inventory"],
            score=other["score"],
        )
        for other in marked
        if other["start"] < start + len(text) and start < other["end"]
    ]
    return Context(
        model=row["model"],
        tested=row["tested"],
        document_id=row["document_id"],
        text=text,
        start=start,
        question=(first, last, row["type"]),
        mentions=tuple(sorted(shown, key=lambda m: (m.start, -m.end, m.type))),
    )


def _end(sentence: Sentence) -> int:
    return sentence.start + len(sentence.text)


def _joined(sentences: Sequence[Sentence]) -> tuple[str, int]:
    """Sentences of one document, in order, as one text, and where it starts."""
    start = sentences[0].start if sentences else 0
    text = ""
    for sentence in sentences:
        text += " " * (sentence.start - start - len(text)) + sentence.text
    return text, start
