"""UIMA XMI, as INCEpTION, WebAnno, cTAKES and other programs of UIMA export it.

    <xmi:XMI xmlns:cas="http:///uima/cas.ecore" xmlns:type="http:///…/ner/type.ecore" …>
    <type:NamedEntity xmi:id="13" sofa="1" begin="0" end="4" value="Gene"/>
    <cas:Sofa xmi:id="1" sofaID="_InitialView" sofaString="IL-2 in mice"/></xmi:XMI>

Each file is one document, whose identifier is the file's name. `uima_layers.py` says which
annotations are mentions. A file with the types (`TypeSystem.xml`) is not needed: the namespace and
the name of an element are its type, its attributes are the features.

Assumptions: offsets count UTF-16 code units of the first text (sofa), as Java does, end exclusive.
Relations and links of chains are noted and not read, as are annotations of other texts.
"""

import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.names import name_after_files
from sru_ner.corpora.readers.placing import place_mention
from sru_ner.corpora.readers.raw import (
    MalformedError,
    PartOptions,
    RawDocument,
    RawSentence,
    Reading,
    read_all,
)
from sru_ner.corpora.readers.uima_layers import (
    LayerOptions,
    choose_layers,
    short_name,
    type_feature,
    unread_layers,
)
from sru_ner.corpora.readers.utf16 import Utf16Text
from sru_ner.corpora.xml_elements import Element, stream_elements
from sru_ner.errors import InputError

ROOT = "{http://www.omg.org/XMI}XMI"

_ID = "{http://www.omg.org/XMI}id"
_SOFA = "uima.cas.Sofa"
_SENTENCE = "Sentence"
_RELATION = frozenset(("Governor", "Dependent"))
_CHAIN = frozenset(("referenceType", "referenceRelation"))
_NAMESPACE = re.compile(r"\{http:///(?P<path>.*?)\.ecore\}(?P<name>.+)")
_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)


class Options(PartOptions, LayerOptions):
    """Options for what the format does not define."""

    members: str = "*.xmi"


class _ChildrenOfRoot:
    """The tags of all elements but the root."""

    def __contains__(self, tag: object) -> bool:
        return tag != ROOT


@dataclass(slots=True)
class _Contents:
    """What a file has."""

    sofas: list[Element] = field(default_factory=list)
    annotations: list[tuple[str, Element]] = field(default_factory=list)
    """Layer and element of each annotation with a place."""


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the files. Documents are named after their files, so `name` is not used.

    Raises `InputError` if a file is no XMI or has no text, and `UnknownNameError` for a layer that
    does not exist.
    """
    reading = read_all(path, options.members, lambda part: _read(part, options))
    return name_after_files(reading, path)


def _read(part: Part, options: Options) -> Reading:
    contents = _contents(part)
    texts = [sofa for sofa in contents.sofas if (sofa.get("sofaString") or "").strip()]
    if not texts:
        raise InputError(
            "there is no text (sofaString) in this file",
            path=part.place,
            remedy="check that it is UIMA XMI of an annotated text, and check `members`",
        )
    initial = [sofa for sofa in texts if sofa.get("sofaID") == "_InitialView"]
    sofa = (initial or texts)[0]
    text = Utf16Text(sofa.get("sofaString") or "")
    here = [(layer, e) for layer, e in contents.annotations if e.get("sofa") == sofa.get(_ID)]
    features: dict[str, list[str]] = {}
    for layer, element in here:
        features.setdefault(layer, [])
        features[layer] += (key for key in element.attrib if key not in features[layer])
    linked = [layer for layer, keys in features.items() if (_RELATION | _CHAIN).intersection(keys)]
    chosen = choose_layers((n for n in features if n not in linked), options, part.place)
    incidents = list(_incidents(contents, here, chosen, linked))
    mentions = []
    for layer, element in here:
        if layer in chosen:
            try:
                start, end = _place(element, text)
            except MalformedError as error:
                detail = f"an annotation whose {error}"
                incidents.append(Incident("refused", "malformed_annotation", element.line, detail))
                continue
            key = type_feature([k for k in features[layer] if not k.startswith("{")], options)
            type_ = (element.get(key) if key else None) or short_name(layer)
            mentions.append(
                place_mention(text.text, [(start, end)], type_=type_.strip(), line=element.line)
            )
    sentences = _sentences(here, text)
    document = RawDocument("", text.text, tuple(mentions), sofa.line, sentences=sentences)
    return Reading((document,), tuple(incidents))


def _contents(part: Part) -> _Contents:
    contents = _Contents()
    stream = io.BytesIO(part.content)
    for element in stream_elements(stream, part.place, _ChildrenOfRoot(), roots=(ROOT,)):
        layer = _layer(str(element.tag))
        if layer == _SOFA:
            contents.sofas.append(element)
        elif element.get("begin") is not None or element.get("end") is not None:
            contents.annotations.append((layer, element))
    return contents


def _layer(tag: str) -> str:
    """Return the name of a type of UIMA, from the tag of its elements."""
    found = _NAMESPACE.fullmatch(tag)
    if found is None:
        return tag.rpartition("}")[2]
    path = found["path"].replace("/", ".").removeprefix("uima.noNamespace")
    return f"{path}.{found['name']}".lstrip(".")


def _place(element: Element, text: Utf16Text) -> tuple[int, int]:
    values = []
    for key in ("begin", "end"):
        value = element.get(key) or ""
        if not _NUMBER.fullmatch(value):
            raise MalformedError(f"{key} is not a whole number")
        values.append(text.code_points(int(value)))
    return values[0], values[1]


def _incidents(
    contents: _Contents,
    here: list[tuple[str, Element]],
    chosen: list[str],
    linked: list[str],
) -> Iterator[Incident]:
    counts = Counter(layer for layer, _ in here)
    for detail in unread_layers(counts, {*chosen, *linked}):
        yield Incident("noted", "other_layer", 0, detail, 0)
    for layer, element in here:
        if layer in linked and layer not in chosen:
            kind = "relation" if _RELATION.intersection(element.attrib) else "chain_link"
            yield Incident("noted", kind, element.line, f"{layer} is not read", 0)
    elsewhere = len(contents.annotations) - len(here)
    if elsewhere:
        detail = f"{elsewhere:,} annotations of another text (sofa) are not read"
        yield Incident("noted", "other_text", 0, detail, 0)


def _sentences(here: list[tuple[str, Element]], text: Utf16Text) -> tuple[RawSentence, ...] | None:
    """Return the sentences that the file gives; None if there are none, or they overlap."""
    found = []
    for layer, element in here:
        if short_name(layer) == _SENTENCE:
            try:
                start, end = _place(element, text)
            except MalformedError:
                return None
            piece = text.text[start:end]
            if piece.strip():
                left = start + len(piece) - len(piece.lstrip())
                found.append((left, start + len(piece.rstrip())))
    found.sort()
    overlap = any(end > start for (_, end), (start, _) in pairwise(found))
    if not found or overlap or found[-1][1] > len(text.text):
        return None
    return tuple(RawSentence(start, end, None) for start, end in found)
