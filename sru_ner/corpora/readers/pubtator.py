"""PubTator: title, abstract and perhaps further passages, then a line for each mention.

    22104738|t|Novel compound heterozygous mutation of MLYCD
    22104738|a|A 3-year-old boy presented with …
    22104738<TAB>40<TAB>45<TAB>MLYCD<TAB>Gene<TAB>23417

Assumptions: offsets are code points, end exclusive. They count over all passages, with one
separating character between them, unless the option says that each passage counts from 0. Columns
after the type (concept identifiers, names of the parts of a composite mention) are not read. Lines
with a name in the second column are relations, which are noted and not read. A document begins with
its title and ends at the next title. Full texts may have several passages of one name, one after
the other (`9|a|…`), and several titles; they are passages of one document until its first mention.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path
from typing import Literal

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.lines import MARK, numbered_lines
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    RawDocument,
    RawMention,
    Reading,
    TextOptions,
    read_all,
    separate,
)
from sru_ner.errors import InputError

TITLE = "t"

_PASSAGE = re.compile(r"([^|\t]+)\|([A-Za-z][A-Za-z0-9_]*)\|(.*)", re.DOTALL)
_OFFSETS = re.compile(r"[0-9]{1,9}(?:[,;|][0-9]{1,9})*")
# Some programs write these words for a missing number; they do not name relations.
_RELATION = re.compile(r"(?!(?i:nan|none|null|inf)$)[A-Za-z][A-Za-z_ -]*")


class Options(TextOptions):
    """Options for what the format does not define."""

    separator: Literal[" ", "\n"] = " "
    """The character between two passages."""
    offsets: Literal["document", "passage"] = "document"
    """Where offsets count from: the start of the document, or of the passage before the mention's
    line. If only another passage has the quoted text there, that passage counts."""


@dataclass(frozen=True, slots=True)
class _Marked:
    """The line of a mention."""

    line: int
    fragments: tuple[tuple[int, int], ...]
    """(start, end) of each fragment in code points; most mentions have one."""
    text: str
    type: str
    passage: int
    """Index of the last passage before the line."""


@dataclass(slots=True)
class _Draft:
    """The document whose lines are being read."""

    id: str
    line: int
    passages: list[tuple[str, str]]
    """Name and text of each passage, in file order."""
    marked: list[_Marked] = field(default_factory=list)
    closed: bool = False
    """Whether a blank line came after its last line."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. Documents have PubMed identifiers, so `name` is not used.

    Raises `InputError` if a file is not in its encoding or has no title.
    """
    return read_all(path, options.members, lambda part: read_part(part, options))


def read_part(part: Part, options: Options) -> Reading:
    """Read one file; errors as in `read`."""
    documents, incidents = separate(read_documents(numbered_lines(part, options.encoding), options))
    if not documents:
        raise InputError(
            "there is no title line (identifier|t|text) in this file",
            path=part.place,
            remedy="check that it is a PubTator file that has the texts",
        )
    return Reading(documents, incidents)


def read_documents(
    lines: Iterable[tuple[int, str]], options: Options
) -> Iterator[RawDocument | Incident]:
    """Yield each document when the next one begins, and the incidents of its lines."""
    current: _Draft | None = None
    for number, line in lines:
        if not line.strip():
            if current:
                current.closed = True
            continue
        passage = _PASSAGE.fullmatch(line)
        if passage and current and _fits(current, passage):
            current.passages.append((passage[2], passage[3]))
        elif passage and passage[2] == TITLE:
            if current:
                yield _document(current, options)
            # Files that were joined may have a byte order mark here.
            name = passage[1].strip().removeprefix(MARK)
            current = _Draft(name, number, [(TITLE, passage[3])])
        else:
            found = _mention(number, line, current)
            if isinstance(found, Incident):
                yield found
            elif current:
                current.marked.append(found)
    if current:
        yield _document(current, options)


def _fits(current: _Draft, passage: re.Match[str]) -> bool:
    """Tell whether a passage belongs to a document, also as a further one of the same name."""
    if current.id != passage[1].strip():
        return False
    if passage[2] == TITLE:
        return not (current.marked or current.closed)
    return not current.marked or all(passage[2] != name for name, _ in current.passages)


def _mention(number: int, line: str, current: _Draft | None) -> _Marked | Incident:
    columns = line.split("\t")
    if len(columns) >= 4 and _RELATION.fullmatch(columns[1]):
        return Incident("noted", "relation", number, f"a {columns[1]} relation", mentions=0)
    if current is None or len(columns) < 5 or columns[0].strip() != current.id:
        why = "is not a passage, mention or relation of the document above"
        return Incident("refused", "malformed_line", number, f"this line {why}")
    start, end, text, type_ = columns[1:5]
    if not (_OFFSETS.fullmatch(start) and _OFFSETS.fullmatch(end)):
        return Incident("refused", "malformed_line", number, "an offset is not a number")
    starts, ends = _numbers(start), _numbers(end)
    if len(starts) != len(ends) or not type_.strip():
        lacks = "a type" if len(starts) == len(ends) else "as many starts as ends"
        return Incident("refused", "malformed_line", number, f"the line does not have {lacks}")
    fragments = tuple(zip(starts, ends, strict=True))
    return _Marked(number, fragments, text, type_.strip(), len(current.passages) - 1)


def _numbers(column: str) -> list[int]:
    return [int(number) for number in re.split("[,;|]", column)]


def _document(draft: _Draft, options: Options) -> RawDocument:
    passages = [text for _, text in draft.passages]
    while len(passages) > 1 and not passages[-1]:
        passages.pop()
    begins = [0, *accumulate(len(passage) + 1 for passage in passages)][: len(passages)]
    text = options.separator.join(passages)
    counted_from = begins if options.offsets == "passage" else [0]
    return RawDocument(
        id=draft.id,
        text=text,
        mentions=tuple(_placed(marked, text, counted_from) for marked in draft.marked),
        line=draft.line,
        passage_cuts=tuple(begins[1:]),
    )


def _placed(marked: _Marked, text: str, counted_from: Sequence[int]) -> RawMention:
    """Return the mention in its passage, or in the only other passage that has the quoted text."""
    places = [
        place_mention(
            text,
            [(start + begin, end + begin) for start, end in marked.fragments],
            type_=marked.type,
            line=marked.line,
            quoted=marked.text,
        )
        for begin in counted_from
    ]
    home = places[min(marked.passage, len(places) - 1)]
    quoting = [m for m in places if m.refusal is None and text[m.start : m.end] == m.text]
    if home in quoting or len(quoting) != 1:
        return home
    return replace(quoting[0], flaw="another_passage")
