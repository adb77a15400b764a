"""Writes BioC XML: a collection of documents with passages. Scores and labels are infons.

The format holds nested mentions and further fields. Characters that XML cannot hold become U+FFFD.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, SubElement, tostring

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext, by_passage, plain
from sru_ner.corpora.incidents import Incident

_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_BEGIN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE collection SYSTEM "BioC.dtd">\n'
    "<collection><source>sru-ner</source><date></date><key>sru-ner.key</key>\n"
)


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write the collection, document by document."""
    out.write(_BEGIN.encode())
    for annotated in documents:
        # A parser drops carriage returns. `tostring` escapes them in attributes only.
        text = tostring(_document(annotated, context), encoding="unicode").replace("\r", "&#13;")
        out.write(text.encode() + b"\n")
    out.write(b"</collection>\n")


def _document(annotated: AnnotatedDocument, context: WriteContext) -> Element:
    document = annotated.document
    element = Element("document")

    def put(parent: Element, tag: str, text: str, **attributes: str) -> None:
        held = _FORBIDDEN.sub(_REPLACEMENT, text)
        if held != text:
            reason = "pieces of text with characters that XML cannot hold, replaced by U+FFFD"
            context.on_incident(Incident("repaired", reason, document=document.id))
        SubElement(parent, tag, attributes).text = held

    put(element, "id", document.id)
    for key, value in infons(document.fields):
        put(element, "infon", value, key=_FORBIDDEN.sub(_REPLACEMENT, key))
    number = 0
    for passage, text, spans in by_passage(annotated, context.on_incident):
        inner = SubElement(element, "passage")
        put(inner, "infon", passage.name, key="type")
        put(inner, "offset", str(passage.start))
        put(inner, "text", text)
        for span in spans:
            number += 1
            mention = SubElement(inner, "annotation", id=f"T{number}")
            put(mention, "infon", span.type, key="type")
            put(mention, "infon", f"{span.score:g}", key="score")
            put(mention, "infon", " ".join(span.labels), key="labels")
            SubElement(
                mention, "location", offset=str(span.start), length=str(span.end - span.start)
            )
            put(mention, "text", span.text)
    return element


def infons(fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the further fields of a document as text; a value that is not text becomes JSON."""
    for key, value in fields.items():
        held = plain(value)
        yield key, held if isinstance(held, str) else json.dumps(held, ensure_ascii=False)
