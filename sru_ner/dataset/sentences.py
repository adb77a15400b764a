"""Sentences of a harmonised corpus, with their words and the mentions that those express."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


@dataclass(frozen=True, slots=True)
class Mention:
    """A gold mention in words of its sentence."""

    start: int
    """Index of the first word."""
    end: int
    """Index of the word after the last one."""
    type: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with the mentions that its words can express."""

    source: str
    split: str
    document_id: str
    sentence_id: int
    text: str
    """Text of the sentence."""
    start: int
    """Code point offset of `text` in its document."""
    words: tuple[tuple[int, int], ...]
    """(start, end) of each word, code point offsets into the *document*."""
    mentions: tuple[Mention, ...]
    """Sorted by (start, -end, type); without those that cut words or leave the sentence."""
    annotated_types: tuple[str, ...] | None = None
    """Types marked in its document, sorted; None: all of the source's inventory."""
    judged: tuple[Mention, ...] = ()
    """Places that people judged for other types: those among `mentions`, and those that are none.
    Sorted like `mentions`."""

    @property
    def rejected(self) -> tuple[Mention, ...]:
        """Judged places that are no mention of their type."""
        return tuple(place for place in self.judged if place not in self.mentions)

    def characters(self, start: int, end: int) -> tuple[int, int]:
        """Return first and last (exclusive) code point in `text` of some words.

        start, end: index of the first of the words, and of the word after the last one.
        """
        return self.words[start][0] - self.start, self.words[end - 1][1] - self.start

    def word_strings(self) -> list[str]:
        """Return the words as strings."""
        text, offset = self.text, self.start
        return [text[start - offset : end - offset] for start, end in self.words]


def read_sentences(
    documents: pa.Table, sentences: pa.Table, spans: pa.Table, *, source: str, split: str
) -> list[Sentence]:
    """Return the sentences of a split in document order, from its three tables (`schema.py`)."""
    mentions = _mentions_by_sentence(spans)
    names = _column(documents, "document_id")
    texts = dict(zip(names, _column(documents, "text"), strict=True))
    annotated = dict(zip(names, _annotated_types(documents), strict=True))
    judged = {row["document_id"]: row["judged"] for row in _judged(documents)}
    return [
        Sentence(
            source=source,
            split=split,
            document_id=document_id,
            sentence_id=sentence_id,
            text=texts[document_id][start:end],
            start=start,
            words=words,
            mentions=_in_words(mentions.get((document_id, sentence_id), ()), words),
            annotated_types=annotated[document_id],
            judged=_fitting(judged.get(document_id, ()), words),
        )
        for document_id, sentence_id, start, end, words in zip(
            _column(sentences, "document_id"),
            _column(sentences, "sentence_id"),
            _column(sentences, "start"),
            _column(sentences, "end"),
            _words(sentences),
            strict=True,
        )
    ]


def _column(table: pa.Table, name: str) -> list:
    """Return a column as a list; integers by way of NumPy, which is many times faster."""
    column = table[name]
    if pa.types.is_integer(column.type):
        return column.to_numpy().tolist()
    return column.to_pylist()


def _annotated_types(documents: pa.Table) -> list[tuple[str, ...] | None]:
    column = documents["annotated_types"]
    if column.null_count == len(column):
        return [None] * len(column)
    return [None if types is None else tuple(types) for types in column.to_pylist()]


def _judged(documents: pa.Table) -> list[dict]:
    """Return the rows with judged places, which few corpora have."""
    columns = documents.select(["document_id", "judged"])
    return columns.filter(pc.is_valid(columns["judged"])).to_pylist()


def _fitting(
    places: Iterable[Mapping[str, Any]], words: Sequence[tuple[int, int]]
) -> tuple[Mention, ...]:
    """Return the places that begin where a word of a sentence begins, and end where one ends."""
    starts, ends = {start for start, _ in words}, {end for _, end in words}
    fitting = [
        (place["start"], place["end"], place["type"])
        for place in places
        if place["start"] in starts and place["end"] in ends
    ]
    return _in_words(fitting, words)


def _words(sentences: pa.Table) -> list[tuple[tuple[int, int], ...]]:
    column = sentences["words"].combine_chunks()
    flat = column.flatten()
    pairs = list(
        zip(
            flat.field("start").to_numpy().tolist(),
            flat.field("end").to_numpy().tolist(),
            strict=True,
        )
    )
    bounds = (column.offsets.to_numpy() - column.offsets[0].as_py()).tolist()
    return [tuple(pairs[a:b]) for a, b in pairwise(bounds)]


def _mentions_by_sentence(spans: pa.Table) -> dict[tuple[str, int], list[tuple[int, int, str]]]:
    """Return the mentions that words can express, in code points, by sentence."""
    found: dict[tuple[str, int], list[tuple[int, int, str]]] = {}
    columns = (
        "document_id", "sentence_id", "start", "end", "type", "crosses_sentence", "fits_words",
    )  # fmt: skip
    rows = zip(*(_column(spans, name) for name in columns), strict=True)
    for document_id, sentence_id, start, end, type_, crosses, fits in rows:
        if fits and not crosses:
            found.setdefault((document_id, sentence_id), []).append((start, end, type_))
    return found


def _in_words(
    mentions: Sequence[tuple[int, int, str]], words: Sequence[tuple[int, int]]
) -> tuple[Mention, ...]:
    placed = [
        Mention(
            start=bisect_left(words, start, key=lambda word: word[0]),
            end=bisect_right(words, end, key=lambda word: word[1]),
            type=type_,
        )
        for start, end, type_ in mentions
    ]
    return tuple(sorted(placed, key=lambda m: (m.start, -m.end, m.type)))
