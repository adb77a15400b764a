"""Writes PubTator: title, abstract, and for each mention a line of offsets, text, type and score.

Everything after the first passage is the abstract. Line ends and tabs become spaces, so offsets do
not change. The format holds nested mentions, but no further fields.
"""

from collections.abc import Iterable
from typing import BinaryIO

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext, further_fields_lost, one_line, plain_id


def write(documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext) -> None:
    """Write the lines of each document and a blank one."""
    for annotated in documents:
        document = annotated.document
        name, text = plain_id(document.id, context.on_incident), one_line(document.text)
        cut = document.passages[1].start if len(document.passages) > 1 else 0
        # One character separates title and abstract. Without it, offsets would be wrong.
        if cut and not text[cut - 1].isspace():
            cut = 0
        title, abstract = (text[: cut - 1], text[cut:]) if cut else (text, "")
        lines = [f"{name}|t|{title}", f"{name}|a|{abstract}"]
        for s in annotated.spans:
            quoted = text[s.start : s.end]
            lines.append(f"{name}\t{s.start}\t{s.end}\t{quoted}\t{s.type}\t{s.score:g}")
        out.write("\n".join([*lines, "", ""]).encode())
        if document.fields:
            context.on_incident(further_fields_lost(document.id))
