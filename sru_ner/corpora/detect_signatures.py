"""Finds formats that their first bytes or the names of their files tell without doubt."""

import re
from collections.abc import Sequence
from dataclasses import replace

from sru_ner.corpora.archives import Part
from sru_ner.corpora.readers import i2b2_con, markdown, spacy_docbin
from sru_ner.corpora.readers.lines import MARK, with_mark
from sru_ner.corpora.readers.webanno_lines import FORMAT
from sru_ner.errors import InputError

_HEAD = 4096
_ROOT = re.compile(r"<(?![?!])(?:[\w.-]+:)?(?P<name>[\w.-]+)")
_HEADING = re.compile(rf"^{markdown.HEADING}\S", re.MULTILINE)
_CONCEPT = re.compile(r'\s*c="')


def as_utf8(part: Part) -> Part:
    """Return a file as UTF-8 without a byte order mark, if it begins with one.

    A file that cannot be decoded stays as it is: its reader says what is wrong.
    """
    try:
        text = with_mark(part)
    except InputError:
        return part
    return replace(part, content=text[1:].encode()) if text.startswith(MARK) else part


def reader_by_signature(parts: Sequence[Part]) -> str | None:
    """Return the reader of the first file that has a signature; None if none has one.

    The other files of a folder, such as descriptions of types, do not matter.
    """
    concepts = [part for part in parts if part.name.endswith(i2b2_con.CONCEPTS)]
    if concepts and _CONCEPT.match(_head(concepts[0])):
        return "i2b2_con"
    return next((found for part in parts if (found := _signature(part))), None)


def _signature(part: Part) -> str | None:
    head = _head(part)
    if head.startswith(FORMAT):
        return "webanno_tsv"
    if spacy_docbin.is_docbin(part.content):
        return "spacy_docbin"
    if _HEADING.search(head) and markdown.MENTION.search(head):
        return "markdown"
    if not head.lstrip().startswith("<"):
        return None
    root = _ROOT.search(head)
    if root and root["name"] == "XMI" and "omg.org/XMI" in head:
        return "uima_xmi"
    return "tags_xml" if b"<TEXT" in part.content and b"<TAGS" in part.content else None


def _head(part: Part) -> str:
    return part.content[:_HEAD].decode("utf-8-sig", errors="replace")
