"""Values and functions that the writers of all formats share."""

import datetime
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sru_ner.annotation.documents import AnnotatedDocument, Passage
from sru_ner.corpora.incidents import Incident, OnIncident

if TYPE_CHECKING:
    import pyarrow as pa

    from sru_ner.inference.spans import AnnotatedSpan

_LINE_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
_ID_BREAKS = re.compile(r"[\s|\ufeff]+")


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What a writer needs to know about all of its documents."""

    types: tuple[str, ...]
    """All types that may occur, sorted; for colours and lists of types."""
    on_incident: OnIncident
    """Function that is called for everything that is left out or replaced."""
    columns: "pa.Schema | None" = None
    """Further fields of the documents, if all have the same with known types; else None."""


def record_of(annotated: AnnotatedDocument) -> dict[str, Any]:
    """Return a document as plain values: identifier, text, further fields, passages and spans.

    A further field whose name is used for something else gets `input_` before its name.
    """
    document = annotated.document
    ours: dict[str, Any] = {"id": document.id, "text": document.text}
    if len(document.passages) > 1:
        named = [{"start": passage.start, "name": passage.name} for passage in document.passages]
        ours["passages"] = named
    names = further_names(document.fields, {*ours, "spans"})
    fields = {names[name]: value for name, value in document.fields.items()}
    return {**ours, **fields, "spans": [span.as_dict() for span in annotated.spans]}


def further_names(fields: Iterable[str], needed: set[str]) -> dict[str, str]:
    """Return the name under which each further field is written; no two are equal.

    needed: names of other fields. A field whose name is not needed keeps it, in any order.
    """
    names = list(fields)
    taken = {*needed, *names}
    given = {}
    for name in names:
        given[name] = name
        if name in needed:
            while given[name] in taken:
                given[name] = f"input_{given[name]}"
            taken.add(given[name])
    return given


def plain(value: Any) -> Any:
    """Return a value that JSON can hold: dates in ISO 8601, None for NaN, other things as text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return value.hex() if isinstance(value, bytes) else str(value)


def one_line(text: str) -> str:
    """Replace each character that ends a line, for some programs, or a column by a space."""
    return _LINE_BREAKS.sub(" ", text)


def plain_id(document_id: str, on_incident: OnIncident) -> str:
    """Replace white space and `|`, which end an identifier in formats of lines; report a change."""
    found = _ID_BREAKS.sub("_", document_id)
    if found != document_id:
        reason = "identifiers changed, which the format cannot hold"
        on_incident(Incident("repaired", reason, document=repr(document_id)))
    return found


def by_passage(
    annotated: AnnotatedDocument, on_incident: OnIncident
) -> "Iterator[tuple[Passage, str, list[AnnotatedSpan]]]":
    """Yield each passage with its text, without one space at its end, and its spans.

    A span that is in no passage is left out and reported.
    """
    document, left = annotated.document, list(annotated.spans)
    last = len(document.passages) - 1
    for number, (start, end) in enumerate(document.ranges()):
        stop = end - 1 if number < last and document.text[start:end][-1:].isspace() else end
        inside = [span for span in left if start <= span.start and span.end <= stop]
        left = [span for span in left if span not in inside]
        yield document.passages[number], document.text[start:stop], inside
    add_left_out(left, "reaching into another passage", document.id, on_incident)


def further_fields_lost(document_id: str) -> Incident:
    """Return the incident of a document with further fields that the format cannot hold."""
    reason = "documents written without further fields"
    return Incident("noted", reason, document=document_id)


def add_left_out(
    spans: "Iterable[AnnotatedSpan]", why: str, document_id: str, on_incident: OnIncident
) -> None:
    """Report each mention that is not written."""
    for span in spans:
        detail = f"{span.type} at {span.start} to {span.end}"
        reason = f"mentions {why}, left out"
        on_incident(Incident("refused", reason, detail=detail, document=document_id))
