"""Writes brat: `<id>.txt` and `<id>.ann` for each document, and the configuration of brat.

The format holds nested mentions, but not the further fields of a document. Scores are notes of the
mentions.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext, further_fields_lost
from sru_ner.corpora.incidents import Incident

if TYPE_CHECKING:
    from sru_ner.inference.spans import AnnotatedSpan

_UNFIT = re.compile(r"[^\w.-]+")
_LONGEST = 100
_BYTE_ORDER_MARK, _WORD_JOINER = "\ufeff", "\N{WORD JOINER}"


def write(documents: Iterable[AnnotatedDocument], out: Path, context: WriteContext) -> None:
    """Make the folder `out` and write the files of each document into it."""
    out.mkdir()
    types = "".join(f"{_type(name)}\n" for name in context.types)
    overlap = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"
    configuration = f"[entities]\n{types}\n[relations]\n{overlap}\n[events]\n\n[attributes]\n"
    _write(out / "annotation.conf", configuration)
    used: set[str] = set()
    for annotated in documents:
        document = annotated.document
        name = _file_name(document.id, used)
        if name != document.id:
            reason = "files not named after the document's identifier"
            context.on_incident(Incident("repaired", reason, document=document.id))
        if document.fields:
            context.on_incident(further_fields_lost(document.id))
        text = document.text
        if text.startswith(_BYTE_ORDER_MARK):
            # At the start of a file, brat would skip the mark, and all offsets would be wrong.
            text = _WORD_JOINER + text[1:]
        lines = [
            f"T{number}\t{_type(span.type)} {_places(text, span)}\t{_quoted(text, span)}\n"
            f"#{number}\tAnnotatorNotes T{number}\tscore {span.score:g}\n"
            for number, span in enumerate(annotated.spans, start=1)
        ]
        _write(out / f"{name}.txt", text)
        _write(out / f"{name}.ann", "".join(lines))


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _type(name: str) -> str:
    return _UNFIT.sub("_", name)


def _file_name(document_id: str, used: set[str]) -> str:
    """Return a name that no other file has, even if the file system ignores case."""
    stem = _UNFIT.sub("_", document_id)[:_LONGEST].lstrip(".") or "document"
    name, number = stem, 1
    while name.casefold() in used:
        number += 1
        name = f"{stem}_{number}"
    used.add(name.casefold())
    return name


def _places(text: str, span: "AnnotatedSpan") -> str:
    """Return the offsets of a mention; brat needs those of the pieces between line ends."""
    pieces = re.finditer(r"[^\n]+", text[span.start : span.end])
    places = [(piece.start(), piece.end()) for piece in pieces if piece[0].strip()]
    return ";".join(f"{span.start + start} {span.start + end}" for start, end in places)


def _quoted(text: str, span: "AnnotatedSpan") -> str:
    pieces = [piece for piece in text[span.start : span.end].split("\n") if piece.strip()]
    return " ".join(pieces)
