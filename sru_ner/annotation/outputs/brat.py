"""Writes brat: `<id>.txt` and `<id>.ann` for each document, and the configuration of brat.

The format holds nested mentions, but not the further fields of a document. Scores are notes of the
mentions. Texts are written unchanged, so their byte order marks and line ends count in the offsets,
as they do for brat. A line of annotations holds no tab and no character that ends a line for any
program: a mention with one is written in pieces around it, which brat's format allows.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from sru_ner.annotation.documents import AnnotatedDocument
from sru_ner.annotation.outputs.context import WriteContext, further_fields_lost
from sru_ner.corpora.incidents import Incident

if TYPE_CHECKING:
    from sru_ner.inference.spans import AnnotatedSpan

_UNFIT = re.compile(r"[^\w.-]+")
_LONGEST = 200  # bytes of a file's name: most file systems allow 255
_PIECE = re.compile(r"[^\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
"""What is between tabs and line ends, those of Python, in which brat is written, among them."""
CONFIGURATION = "annotation.conf"
"""Name of the file that tells brat the types."""


def write(documents: Iterable[AnnotatedDocument], out: Path, context: WriteContext) -> None:
    """Make the folder `out` and write the files of each document into it."""
    out.mkdir()
    _write(out / CONFIGURATION, configuration(context.types))
    used: set[str] = set()
    for annotated in documents:
        document = annotated.document
        name = _file_name(document.id, used)
        if name != document.id:
            reason = "files not named after the document's identifier"
            context.on_incident(Incident("repaired", reason, document=document.id))
        if document.fields:
            context.on_incident(further_fields_lost(document.id))
        _write(out / f"{name}.txt", document.text)
        _write(out / f"{name}.ann", _lines(annotated))


def write_lines(
    documents: Iterable[AnnotatedDocument], out: BinaryIO, context: WriteContext
) -> None:
    """Write only the lines of annotations, of a document that is a file of its own."""
    for annotated in documents:
        out.write(_lines(annotated).encode())


def configuration(types: Iterable[str]) -> str:
    """Return the content of the file that tells brat the types."""
    listed = "".join(f"{_type(name)}\n" for name in types)
    overlap = "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>\n"
    return f"[entities]\n{listed}\n[relations]\n{overlap}\n[events]\n\n[attributes]\n"


def _lines(annotated: AnnotatedDocument) -> str:
    text = annotated.document.text
    return "".join(
        f"T{number}\t{_type(span.type)} {_places(text, span)}\t{_quoted(text, span)}\n"
        f"#{number}\tAnnotatorNotes T{number}\tscore {span.score:g}\n"
        for number, span in enumerate(annotated.spans, start=1)
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")


def _type(name: str) -> str:
    return _UNFIT.sub("_", name)


def _file_name(document_id: str, used: set[str]) -> str:
    """Return a name that no other file has, even if the file system ignores case."""
    plain = _UNFIT.sub("_", document_id).encode()[:_LONGEST].decode(errors="ignore")
    stem = plain.lstrip(".") or "document"
    name, number = stem, 1
    while name.casefold() in used:
        number += 1
        name = f"{stem}_{number}"
    used.add(name.casefold())
    return name


def _pieces(text: str, span: "AnnotatedSpan") -> Iterator[tuple[int, int]]:
    """Yield the offsets of the pieces of a mention between tabs and line ends, in code points."""
    for piece in _PIECE.finditer(text, span.start, span.end):
        if piece[0].strip():
            yield piece.span()


def _places(text: str, span: "AnnotatedSpan") -> str:
    return ";".join(f"{start} {end}" for start, end in _pieces(text, span))


def _quoted(text: str, span: "AnnotatedSpan") -> str:
    return " ".join(text[start:end] for start, end in _pieces(text, span))
