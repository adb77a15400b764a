"""Documents before and after annotation, and how one becomes the other."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from sru_ner.inference.annotator import Annotator
    from sru_ner.inference.selection import Threshold
    from sru_ner.inference.spans import AnnotatedSpan

SCORE_DIGITS = 4
"""Decimals of the scores that are written. Further ones depend on the order of additions."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Part of a document. No mention reaches from one passage into another."""

    start: int
    """Code point offset of its first character; a passage ends where the next one begins."""
    name: str
    """Name such as `title` or `abstract`, the heading of a section, or `text`."""


WHOLE = (Passage(0, "text"),)
"""Passages of a document that has no parts."""


@dataclass(frozen=True, slots=True)
class TextDocument:
    """Document to annotate."""

    id: str
    text: str
    passages: tuple[Passage, ...] = WHOLE
    """One passage or more, in ascending order; the first begins at 0."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the document in its file, by name. They are written with the result."""

    def ranges(self) -> Iterator[tuple[int, int]]:
        """Yield the code point offsets (start, end) of each passage."""
        return pairwise([*(passage.start for passage in self.passages), len(self.text)])


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """Document with the mentions that were found in it."""

    document: TextDocument
    spans: "tuple[AnnotatedSpan, ...]"
    """Mentions, sorted by (start, -end, type). Offsets are code points in the document's text."""


class Options(TypedDict):
    """Options of `Annotator.annotate`, in the form in which a run records them."""

    batch_size: int
    types: Sequence[str] | None
    threshold: "Threshold"
    overlaps: str
    style: str


def annotate_documents(
    annotator: "Annotator", documents: Iterable[TextDocument], options: Options
) -> Iterator[AnnotatedDocument]:
    """Annotate documents in their order, each passage on its own.

    `documents` may be endless: only those are in memory that the annotator reads at a time. Raises
    the same errors as `Annotator.annotate`.
    """
    pending: deque[TextDocument] = deque()

    def texts() -> Iterator[str]:
        for document in documents:
            pending.append(document)
            for start, end in document.ranges():
                yield document.text[start:end]

    document, starts, spans = None, deque[int](), list["AnnotatedSpan"]()
    for found in annotator.annotate(texts(), **options):
        if not starts:
            document, spans = pending.popleft(), []
            starts.extend(start for start, _ in document.ranges())
        spans += _moved(found, starts.popleft())
        if document and not starts:
            yield AnnotatedDocument(document, tuple(spans))


def _moved(spans: "Iterable[AnnotatedSpan]", by: int) -> "Iterator[AnnotatedSpan]":
    for span in spans:
        score = round(span.score, SCORE_DIGITS)
        yield replace(span, start=span.start + by, end=span.end + by, score=score)
