"""XML with a text and stand-off tags, as in the i2b2 corpora and MEDDOCAN; MAE writes it, too.

    <deIdi2b2><TEXT><![CDATA[Dr. Smith saw him.]]></TEXT><TAGS>
    <NAME id="P0" start="4" end="9" text="Smith" TYPE="DOCTOR" comment="" /></TAGS></deIdi2b2>

Each file is one document, whose identifier is the file's name. The root element has any name.

Assumptions: offsets are code points, end exclusive, in the text as an XML parser gives it, where
each line end is one character. They count from 0 or, if more quotations are found so, from 1 (i2b2
2012), which is noted. A tag with several places (`spans="4~9,14~17"`) is one mention if
only white space is between them. A tag without a place is a relation, or says something about the
document (`start="-1"`): it is noted and not read.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.names import name_after_files
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    MalformedError,
    PartOptions,
    RawDocument,
    RawMention,
    Reading,
    read_all,
)
from sru_ner.corpora.xml_elements import Element, stream_elements
from sru_ner.errors import InputError

_PLACES = re.compile(r"[0-9]{1,9}~[0-9]{1,9}(,[0-9]{1,9}~[0-9]{1,9})*", re.ASCII)
_NUMBER = re.compile(r"-?[0-9]{1,9}", re.ASCII)


class Options(PartOptions):
    """Options for what the format does not define."""

    members: str = "*.xml"
    type_is: Literal["attribute", "element"] = "attribute"
    """Whether a mention's type is the attribute `TYPE` (DOCTOR), if a tag has one, or always the
    name of its element (NAME)."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. Documents are named after their files, so `name` is not used.

    Raises `InputError` if a file is no such XML, or has not exactly one text.
    """
    reading = read_all(path, options.members, lambda part: _read(part, options))
    return name_after_files(reading, path)


def _read(part: Part, options: Options) -> Reading:
    texts: list[Element] = []
    tags: list[Element] = []
    for element in stream_elements(io.BytesIO(part.content), part.place, {"TEXT", "TAGS"}):
        (texts if element.tag == "TEXT" else tags).append(element)
    if len(texts) != 1:
        raise InputError(
            f"there are {len(texts)} <TEXT> elements in this file, not one",
            path=part.place,
            remedy="check the format, and `members` in the catalog",
        )
    text = "".join(texts[0].itertext())
    if not text.strip():
        raise InputError(
            "the text is empty",
            path=part.place,
            line=texts[0].line,
            remedy="leave this file out with `members` in the catalog",
        )
    incidents: list[Incident] = []
    found = (tag for holder in tags for tag in holder)
    mentions = tuple(_mentions(text, found, options, incidents))
    return Reading((RawDocument("", text, mentions, texts[0].line),), tuple(incidents))


def _mentions(
    text: str, tags: Iterator[Element], options: Options, incidents: list[Incident]
) -> Iterator[RawMention]:
    placed: list[tuple[Element, list[tuple[int, int]]]] = []
    for tag in tags:
        try:
            places = _places(tag)
        except MalformedError as error:
            detail = f"a tag {tag.tag} whose {error}"
            incidents.append(Incident("refused", "malformed_annotation", tag.line, detail))
            continue
        if places:
            placed.append((tag, places))
        else:
            detail = f"a tag {tag.tag} without a place in the text is not read"
            incidents.append(Incident("noted", "without_place", tag.line, detail, 0))
    first = _first_offset(text, placed)
    if first:
        detail = "the quotations show that offsets count from 1"
        incidents.append(Incident("noted", "offsets_from_1", placed[0][0].line, detail, 0))
    for tag, counted in placed:
        places = [(start - first, end - first) for start, end in counted]
        quoted = tag.get("text")
        # A parser turns the line ends in an attribute into spaces.
        if len(places) == 1 and quoted and _quotes(text, places[0], quoted):
            quoted = text[places[0][0] : places[0][1]]
        yield place_mention(
            text, places, type_=_type(tag, options), line=tag.line, quoted=quoted or None
        )


def _first_offset(text: str, placed: list[tuple[Element, list[tuple[int, int]]]]) -> int:
    """Return 0 or 1, the offset of the first character, with which more quotations are found."""
    found = [0, 0]
    for tag, places in placed:
        quoted = tag.get("text")
        if len(places) == 1 and quoted:
            start, end = places[0]
            for first in (0, 1):
                found[first] += _quotes(text, (start - first, end - first), quoted)
    return int(found[1] > found[0])


def _quotes(text: str, place: tuple[int, int], quoted: str) -> bool:
    start, end = place
    return 0 <= start < end and quoted.split() == text[start:end].split()


def _type(tag: Element, options: Options) -> str:
    given = tag.get("TYPE") or tag.get("type") or ""
    return given.strip() if given.strip() and options.type_is == "attribute" else str(tag.tag)


def _places(tag: Element) -> list[tuple[int, int]]:
    """Return the places of a tag; none if it has no place. Raises `MalformedError`."""
    spans, start, end = tag.get("spans"), tag.get("start"), tag.get("end")
    if spans is not None:
        if spans in ("", "-1~-1"):
            return []
        if not _PLACES.fullmatch(spans):
            raise MalformedError("`spans` is not a list of places like 4~9,14~17")
        pairs = (pair.split("~") for pair in spans.split(","))
        return [(int(a), int(b)) for a, b in pairs]
    if start is None and end is None:
        return []
    if not (_NUMBER.fullmatch(start or "") and _NUMBER.fullmatch(end or "")):
        raise MalformedError("start or end is not a whole number")
    return [] if start == end == "-1" else [(int(start or ""), int(end or ""))]
