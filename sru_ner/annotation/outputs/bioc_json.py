"""Writes BioC JSON: a collection of documents with passages. Scores and labels are infons.

The format holds nested mentions and further fields.
"""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.bioc_xml import infons
from sru_ner.annotation.outputs.context import WriteContext, by_passage

_BEGIN = b'{"source": "sru-ner", "date": "", "key": "sru-ner.key", "infons": {}, "documents": ['


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write the collection, with each document on a line of its own."""
    out.write(_BEGIN)
    before = b"\n"
    for annotated in documents:
        line = json.dumps(_document(annotated, context), ensure_ascii=False)
        out.write(before + line.encode())
        before = b",\n"
    out.write(b"\n]}\n")


def _document(annotated: AnnotatedDocument, context: WriteContext) -> dict[str, Any]:
    passages = []
    number = 0
    for passage, text, spans in by_passage(annotated, context.on_incident):
        annotations = []
        for span in spans:
            number += 1
            location = {"offset": span.start, "length": span.end - span.start}
            fields = {"type": span.type, "score": span.score, "labels": list(span.labels)}
            annotations.append(
                {"id": f"T{number}", "infons": fields, "text": span.text, "locations": [location]}
            )
        passages.append(
            {
                "offset": passage.start,
                "infons": {"type": passage.name},
                "text": text,
                "sentences": [],
                "annotations": annotations,
                "relations": [],
            }
        )
    return {
        "id": annotated.document.id,
        "infons": dict(infons(annotated.document.fields)),
        "passages": passages,
        "annotations": [],
        "relations": [],
    }
