"""Documents to annotate and annotated ones: what the readers give and the writers take."""

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
"""Of what is written: the further ones depend on the order in which sums were taken."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a document; no mention reaches from one into another."""

    start: int
    """Code point offset into the text at which it begins; it ends where the next one does."""
    name: str
    """`title`, `abstract`, a section's own heading, or `text`."""


WHOLE = (Passage(0, "text"),)
"""The passages of a document that has no parts."""


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document as its file has it."""

    id: str
    text: str
    passages: tuple[Passage, ...] = WHOLE
    """One or more, ascending, the first at 0."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What else the file says about it, by name; it is written again."""

    def ranges(self) -> Iterator[tuple[int, int]]:
        """(start, end) of each passage in code points."""
        return pairwise([*(passage.start for passage in self.passages), len(self.text)])


@dataclass(frozen=True, slots=True)
class AnnotatedDocument:
    """A document with what was found in it."""

    document: TextDocument
    spans: "tuple[AnnotatedSpan, ...]"
    """Sorted by (start, -end, type); offsets are code points into the document's text."""


class Options(TypedDict):
    """What `Annotator.annotate` may be told, as it stands in a run's manifest."""

    batch_size: int
    types: Sequence[str] | None
    threshold: "Threshold"
    flat: bool


def annotate_documents(
    annotator: "Annotator", documents: Iterable[TextDocument], options: Options
) -> Iterator[AnnotatedDocument]:
    """Annotate documents in order, each passage for itself; `documents` may be endless.

    As many are in memory as the annotator takes at a time. Raises what `Annotator.annotate` does.
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
