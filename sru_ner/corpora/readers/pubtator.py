"""PubTator: title and abstract lines, then one tab-separated line a mention.

    22104738|t|Novel compound heterozygous mutation of MLYCD
    22104738|a|A 3-year-old boy presented with …
    22104738<TAB>40<TAB>45<TAB>MLYCD<TAB>Gene<TAB>23417

Assumptions: offsets are code points, end exclusive, and run over title and abstract with one
separating character between them. Columns after the type (concept identifiers, names of the
parts of a composite mention) are not read. Lines whose second column is a name are relations,
which are noted and left alone. A document ends where the next title begins.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from sru_ner.corpora.readers.raw import (
    Incident,
    RawDocument,
    RawMention,
    Reading,
    numbered_lines,
)
from sru_ner.errors import InputError

_PASSAGE = re.compile(r"([^|\t]+)\|([ta])\|(.*)", re.DOTALL)
_OFFSET = re.compile(r"[0-9]+")
_RELATION = re.compile(r"[A-Za-z][A-Za-z_ -]*")
_FRAGMENTS = re.compile(r"[0-9]+(?:[,;][0-9]+)+")


class Options(BaseModel):
    """What the format leaves open."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    separator: Literal[" ", "\n"] = " "
    """The character between title and abstract."""


@dataclass(slots=True)
class _Draft:
    """The document whose lines are being read."""

    id: str
    line: int
    title: str
    abstract: str | None = None
    mentions: list[RawMention] = field(default_factory=list)


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read one file; documents keep their PubMed identifiers, so `name` is not needed.

    Raises `InputError` where the file is not UTF-8 or holds no title.
    """
    drafts: list[_Draft] = []
    incidents: list[Incident] = []
    for number, line in numbered_lines(path):
        if not line.strip():
            continue
        passage = _PASSAGE.fullmatch(line)
        current = drafts[-1] if drafts else None
        if passage and passage[2] == "t":
            drafts.append(_Draft(id=passage[1].strip(), line=number, title=passage[3]))
        elif passage and current and current.id == passage[1].strip() and current.abstract is None:
            current.abstract = passage[3]
        else:
            found = _mention(number, line, current)
            if isinstance(found, Incident):
                incidents.append(found)
            elif current:
                current.mentions.append(found)
    if not drafts:
        raise InputError(
            "no title line (identifier|t|text) in this file",
            path=path,
            remedy="check that it is a PubTator file and what reader the catalog gives it",
        )
    return Reading(tuple(_document(draft, options) for draft in drafts), tuple(incidents))


def _mention(number: int, line: str, current: _Draft | None) -> RawMention | Incident:
    columns = line.split("\t")
    if len(columns) >= 4 and _RELATION.fullmatch(columns[1]):
        return Incident("noted", "relation", number, repr(line), mentions=0)
    if len(columns) < 5 or current is None or columns[0].strip() != current.id:
        return Incident("refused", "malformed_line", number, repr(line))
    start, end, text, type_ = columns[1:5]
    if _FRAGMENTS.fullmatch(start) or _FRAGMENTS.fullmatch(end):
        return Incident("refused", "discontinuous", number, repr(line))
    if not (_OFFSET.fullmatch(start) and _OFFSET.fullmatch(end) and type_.strip()):
        return Incident("refused", "malformed_line", number, repr(line))
    return RawMention(int(start), int(end), text, type_.strip(), number)


def _document(draft: _Draft, options: Options) -> RawDocument:
    text = draft.title
    cuts: tuple[int, ...] = ()
    if draft.abstract:
        text += options.separator + draft.abstract
        cuts = (len(draft.title) + 1,)
    return RawDocument(
        id=draft.id,
        text=text,
        mentions=tuple(draft.mentions),
        line=draft.line,
        passage_cuts=cuts,
    )
