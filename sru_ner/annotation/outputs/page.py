"""Writes an HTML page that draws mentions below the texts, inner ones nearest to the words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from markupsafe import Markup

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.rendering.drawing import LabelledSpan, colours_of, draw_spans
from sru_ner.rendering.pages import stream_page


@dataclass(frozen=True, slots=True)
class DrawnDocument:
    """Document as the page shows it."""

    id: str
    fields: dict[str, Any]
    passages: list[tuple[str, Markup]]
    """Name and drawing of each passage."""


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write the page, document by document."""
    colours = colours_of(context.types)
    drawn = (_drawn(annotated, colours) for annotated in documents)
    page = stream_page("annotation/outputs/page.html.j2", documents=drawn, colours=colours)
    for piece in page:
        out.write(piece.encode())


def _drawn(annotated: AnnotatedDocument, colours: dict[str, str]) -> DrawnDocument:
    document = annotated.document
    return DrawnDocument(document.id, dict(document.fields), list(_passages(annotated, colours)))


def _passages(
    annotated: AnnotatedDocument, colours: dict[str, str]
) -> Iterator[tuple[str, Markup]]:
    document = annotated.document
    for passage, (start, end) in zip(document.passages, document.ranges(), strict=True):
        spans = [
            LabelledSpan(span.start - start, span.end - start, span.type, colours[span.type])
            for span in annotated.spans
            if start <= span.start and span.end <= end
        ]
        yield passage.name, draw_spans(document.text[start:end], spans)
