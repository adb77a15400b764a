"""BioC XML: collections of documents of passages, with stand-off annotations.

    <collection><document><id>1</id><passage><offset>0</offset><text>IL-2 in mice</text>
    <annotation id="T1"><infon key="type">Gene</infon><location offset="0" length="4"/>
    <text>IL-2</text></annotation></passage></document></collection>

`bioc.py` describes how the data are understood. The file is read as a stream, with one document in
memory at a time.
"""

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.bioc import (
    MAX_OFFSET,
    Annotation,
    BiocOptions,
    Draft,
    Stretch,
    finish,
    infon_names,
    type_name,
    whole,
)
from sru_ner.corpora.readers.raw import (
    MalformedError,
    RawDocument,
    Reading,
    read_all,
)
from sru_ner.corpora.xml_elements import Element, stream_elements

_NUMBER = re.compile(r"[0-9]{1,10}")


class Options(BiocOptions):
    """Options of the reader, the same as for BioC JSON."""

    members: str = "*.xml"


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files behind `path`. Documents have identifiers, so `name` is not used.

    A document that cannot be read is left out and counted with its annotations. Raises
    `InputError` if a file is not BioC XML or has no document.
    """
    return read_all(path, options.members, lambda part: _read(part, options))


def _read(part: Part, options: Options) -> Reading:
    return whole(read_documents(io.BytesIO(part.content), part.place, options), part)


def read_documents(
    stream: BinaryIO, place: str, options: Options
) -> Iterator[RawDocument | Incident]:
    """Yield each document of an open file and its incidents.

    `place` is the name of the file in error messages. Raises `InputError` if it is not BioC XML.
    """
    for element in stream_elements(stream, place, {"document"}, roots=("collection",)):
        found: list[Incident] = []
        try:
            document, noted = finish(_draft(element, options, found), options)
        except MalformedError as error:
            count = sum(1 for _ in element.iter("annotation"))
            yield Incident("refused", "malformed_document", element.line, str(error), count)
            continue
        yield document
        yield from found + noted


def _draft(document: Element, options: Options, incidents: list[Incident]) -> Draft:
    draft = Draft((document.findtext("id") or "").strip(), document.line, _infons(document))
    for passage in _children(document, "passage"):
        sentences = [s for s in _children(passage, "sentence") if _text(s) is not None]
        homes: dict[Element, Stretch] = {}
        name = _infons(passage).get("type", "").strip()
        if _text(passage) is None and sentences:
            for sentence in sentences:
                homes[sentence] = _stretch(
                    sentence, name, begins_passage=not homes, is_sentence=True
                )
        else:
            homes[passage] = _stretch(passage, name, begins_passage=True, is_sentence=False)
        draft.stretches += homes.values()
        for holder in (passage, *_children(passage, "sentence")):
            home = homes.get(holder, homes.get(passage))
            _add_annotations(draft, holder, home, options, incidents)
    _add_annotations(draft, document, None, options, incidents)
    incidents += (
        Incident("noted", "relation", relation.line, "a relation is not read", 0)
        for relation in document.iter("relation")
    )
    return draft


def _infons(element: Element) -> dict[str, str]:
    return {i.get("key", ""): "".join(i.itertext()) for i in _children(element, "infon")}


def _stretch(element: Element, name: str, *, begins_passage: bool, is_sentence: bool) -> Stretch:
    offset = element.findtext("offset")
    if offset is None or not offset.strip():
        raise MalformedError(f"the {element.tag} of line {element.line} has no offset")
    try:
        number = _number(offset)
    except MalformedError as error:
        raise MalformedError(f"the offset of line {element.line} {error}") from None
    return Stretch(number, _text(element) or "", begins_passage, is_sentence, name)


def _add_annotations(
    draft: Draft,
    holder: Element,
    home: Stretch | None,
    options: Options,
    incidents: list[Incident],
) -> None:
    for element in _children(holder, "annotation"):
        try:
            draft.annotations.append(_annotation(element, home, options))
        except MalformedError as error:
            detail = f"an annotation whose {error}"
            incidents.append(Incident("refused", "malformed_annotation", element.line, detail))


def _annotation(element: Element, home: Stretch | None, options: Options) -> Annotation:
    infons = [i for i in _children(element, "infon") if i.get("key") == options.type_infon]
    type_ = type_name("".join(infons[0].itertext()), options) if infons else ""
    if not type_:
        found = infon_names(_infons(element), options)
        raise MalformedError(f"infon {options.type_infon!r} is missing or empty{found}")
    locations = []
    for location in _children(element, "location"):
        pair = []
        for key in ("offset", "length"):
            try:
                pair.append(_number(location.get(key, "")))
            except MalformedError as error:
                raise MalformedError(f"{key} {error}") from None
        locations.append((pair[0], pair[1]))
    return Annotation(type_, tuple(locations), _text(element), element.line, home)


def _children(element: Element, tag: str) -> Iterator[Element]:
    return (child for child in element if child.tag == tag)


def _text(element: Element) -> str | None:
    """Return the content of an element's `text`; None if it has none."""
    found = next(_children(element, "text"), None)
    return None if found is None else "".join(found.itertext())


def _number(value: str) -> int:
    if not _NUMBER.fullmatch(value.strip()) or int(value) > MAX_OFFSET:
        raise MalformedError(f"is not a whole number from 0 to {MAX_OFFSET}")
    return int(value)
