"""Predictions that can be judged: mentions of models, with their sentences and the ones around."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError
from sru_ner.text.sentences import split_sentences

Wanted = Literal["outside", "all"]
"""Predictions that are sampled: of types that nobody annotated in the text, or all."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A prediction of one model. Offsets are code points of `text`, end exclusive."""

    model: str
    source: str
    """Corpus or collection that the document is from."""
    document: str
    before: str
    """The sentence before, or an empty string."""
    text: str
    """The sentence, or the sentences that the mention touches."""
    after: str
    start: int
    end: int
    type: str
    score: float | None
    """Confidence in [0, 1]; None if the tool gives none."""
    seen: bool | None = None
    """Whether the mention's text is a mention in the training data; None: not known."""


def of_decisions(
    table: pa.Table, root: Path, split: str, *, wanted: Wanted, seen: Collection[str]
) -> Iterator[Candidate]:
    """Yield the predictions of a decisions table (`decisions.table.SCHEMA`), in its order.

    root, split: the harmonised corpora, and the split of them that was tested. seen: mentions of
    the training data, from `seen_mentions`. Raises `InputError` if a text has changed since.
    """
    chosen = pc.field("predicted")
    if wanted == "outside":
        chosen &= ~pc.field("in_inventory")
    documents: dict[str, Mapping[str, tuple[str, list[tuple[int, int]]]]] = {}
    for row in table.filter(chosen).to_pylist():
        source, document = row["tested"], row["document_id"]
        if source not in documents:
            documents[source] = _documents(Corpus(root, source), split)
        text, sentences = documents[source].get(document, ("", []))
        start, end = row["start"], row["end"]
        if text[start:end] != row["text"]:
            raise InputError(
                f"{source}: document {document} has changed since it was evaluated",
                remedy="run `sru-ner evaluate` again",
            )
        yield Candidate(
            row["model"],
            source,
            document,
            *_sentence(text, sentences, start, end),
            row["type"],
            row["score"],
            _folded(row["text"]) in seen if seen else None,
        )


def of_documents(
    documents: Iterable[AnnotatedDocument], *, model: str, source: str, seen: Collection[str] = ()
) -> Iterator[Candidate]:
    """Yield the mentions of documents that a model annotated. seen: as in `of_decisions`."""
    for annotated in documents:
        text = annotated.document.text
        spans = [(span.start, span.end) for span in annotated.spans]
        sentences = split_sentences(text, keep_whole=spans)
        for span in annotated.spans:
            yield Candidate(
                model,
                source,
                annotated.document.id,
                *_sentence(text, sentences, span.start, span.end),
                span.type,
                span.score,
                _folded(span.text) in seen if seen else None,
            )


def seen_mentions(corpora: Iterable[Corpus], splits: Sequence[str]) -> set[str]:
    """Return the texts of all mentions of some splits, in small letters."""
    return {
        _folded(text)
        for corpus in corpora
        for split in splits
        for text in corpus.split(split).table("spans")["text"].unique().to_pylist()
    }


def _documents(corpus: Corpus, split: str) -> dict[str, tuple[str, list[tuple[int, int]]]]:
    """Return identifier → text and (start, end) of its sentences."""
    tables = corpus.split(split)
    documents = tables.table("documents")
    names, texts = documents["document_id"].to_pylist(), documents["text"].to_pylist()
    found: dict[str, tuple[str, list[tuple[int, int]]]] = {
        name: (text, []) for name, text in zip(names, texts, strict=True)
    }
    rows = tables.table("sentences").select(["document_id", "start", "end"]).to_pylist()
    for row in rows:
        found[row["document_id"]][1].append((row["start"], row["end"]))
    return found


def _sentence(
    text: str, sentences: Sequence[tuple[int, int]], start: int, end: int
) -> tuple[str, str, str, int, int]:
    """Return the sentences before, around and after a mention, and its span in the middle one."""
    first = max(bisect_right(sentences, start, key=lambda each: each[0]) - 1, 0)
    last = min(bisect_left(sentences, end, key=lambda each: each[1]), len(sentences) - 1)
    begin, stop = min(sentences[first][0], start), max(sentences[last][1], end)
    before = text[slice(*sentences[first - 1])] if first else ""
    after = text[slice(*sentences[last + 1])] if last + 1 < len(sentences) else ""
    return before, text[begin:stop], after, start - begin, end - begin


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
