"""Documents to write, and what a format makes of them."""

import io

import pyarrow as pa

from sru_ner.annotation.documents import AnnotatedDocument, Passage, TextDocument
from sru_ner.annotation.outputs.context import WriteContext
from sru_ner.annotation.outputs.formats import find_output
from sru_ner.corpora.incidents import Incidents
from sru_ner.inference.spans import AnnotatedSpan

TEXT = "IL-2 <b>in mice It binds human IL-2."


def span(start: int, end: int, type_: str = "Gene", text: str = TEXT) -> AnnotatedSpan:
    return AnnotatedSpan(start, end, text[start:end], type_, 0.75, (f"x${type_}",))


def document(**fields: object) -> TextDocument:
    return TextDocument("7", TEXT, (Passage(0, "title"), Passage(16, "RESULTS")), fields)


def write(
    name: str, *documents: AnnotatedDocument, columns: pa.Schema | None = None
) -> tuple[bytes, Incidents]:
    out, incidents = io.BytesIO(), Incidents()
    find_output(name).write(
        documents, out, WriteContext(("Gene", "Species"), incidents.add, columns)
    )
    return out.getvalue(), incidents
