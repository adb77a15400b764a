"""What the writers of all formats are told, and what they have in common."""

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

_ID_BREAKS = re.compile(r"[\s|\ufeff]+")


@dataclass(frozen=True, slots=True)
class WriteContext:
    """What a writer is told beside the documents."""

    types: tuple[str, ...]
    """All that may occur, sorted; for colours and lists of types."""
    on_incident: OnIncident
    """Takes what is left out or replaced."""
    columns: "pa.Schema | None" = None
    """The documents' further fields where all have the same, of known types; None: any."""


def record_of(annotated: AnnotatedDocument) -> dict[str, Any]:
    """A document as plain values: identifier, text, its further fields, passages and spans.

    A further field with a name that is needed here gets `input_` before it.
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
    """The name under which each further field is written; no two have the same.

    One that is not `needed` for what is ours keeps its own, whatever the order.
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
    """A value as JSON can hold it: dates in ISO 8601, no NaN, all else as text."""
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
    """The text with a space for each character that would end a line or a column."""
    return text.translate({9: " ", 10: " ", 13: " "})


def plain_id(document_id: str, on_incident: OnIncident) -> str:
    """The identifier without white space and `|`, which end it in formats of lines; noted."""
    found = _ID_BREAKS.sub("_", document_id)
    if found != document_id:
        reason = "identifiers changed, which the format cannot hold"
        on_incident(Incident("repaired", reason, document=repr(document_id)))
    return found


def by_passage(
    annotated: AnnotatedDocument, on_incident: OnIncident
) -> "Iterator[tuple[Passage, str, list[AnnotatedSpan]]]":
    """Each passage with its text, less one space at its end, and its spans.

    A span that no passage holds is left out and noted.
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
