"""GENIA XML (the term corpus 3.02): articles of sentences with terms as elements.

    <sentence>the <cons lex="IL-2_gene" sem="G#DNA_domain_or_region"><cons lex="IL-2"
    sem="G#protein_molecule">IL-2</cons> gene</cons></sentence>

Assumptions: a term is the text of its element, so terms nest and never cross. A type is named
without its namespace `G#`. A coordination (`sem="(AND G#cell_type G#cell_type)"`) has as many terms
as it names types. These terms share words, most have gaps, and the elements do not say which words
belong to which term, so they are refused. Elements without `sem` are parts of such terms. If an
identifier occurs twice, the later article counts.

The file has no raw text but the sentences: a document's text is its sentences joined by one space.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sru_ner.corpora.archives import Part
from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import (
    PartOptions,
    RawDocument,
    RawMention,
    RawSentence,
    Reading,
    read_all,
)
from sru_ner.corpora.xml_elements import Element, read_elements
from sru_ner.errors import InputError

_NAMESPACE = "G#"
_OPERATOR = re.compile(r"\(\s*[^\s()]+|\)")


class Options(PartOptions):
    """Options of the reader."""

    members: str = "*.xml"


@dataclass(slots=True)
class _Draft:
    """The document whose sentences are being read."""

    text: str = ""
    mentions: list[RawMention] = field(default_factory=list)
    sentences: list[RawSentence] = field(default_factory=list)


def read(path: Path, *, name: str, options: Options) -> Reading:
    """Read the XML files behind `path`. Documents have identifiers, so `name` is not used.

    Raises `InputError` if a file is not GENIA XML or has no article.
    """
    return read_all(path, options.members, _read_part)


def _read_part(part: Part) -> Reading:
    documents: dict[str, RawDocument] = {}
    incidents: list[Incident] = []
    articles = 0
    for article in read_elements(part, "article", root="set"):
        articles += 1
        found = _document(article)
        if isinstance(found, Incident):
            incidents.append(found)
            continue
        former = documents.pop(found.id, None)
        if former is not None:
            detail = f"{found.id} comes again at line {found.line}, and counts from there"
            count = len(former.mentions)
            incidents.append(Incident("refused", "superseded_document", former.line, detail, count))
        documents[found.id] = found
    if not articles:
        raise InputError(
            "there is no <article> in this file",
            path=part.place,
            remedy="check that it is the GENIA term corpus, and check the option `members`",
        )
    return Reading(tuple(documents.values()), tuple(incidents))


def _document(article: Element) -> RawDocument | Incident:
    document_id = (article.findtext("articleinfo/bibliomisc") or "").strip()
    draft = _Draft()
    cuts = []
    for passage in (e for e in article if e.tag in ("title", "abstract")):
        first = len(draft.sentences)
        for sentence in passage.iter("sentence"):
            _add_sentence(draft, sentence)
        if 0 < first < len(draft.sentences):
            cuts.append(draft.sentences[first].start)
    if not document_id or not draft.sentences:
        lack = "identifier (bibliomisc)" if not document_id else "sentence"
        return Incident(
            "refused",
            "malformed_document",
            article.line,
            f"an article without {lack} is left out",
            mentions=len(draft.mentions),
        )
    return RawDocument(
        id=document_id,
        text=draft.text,
        mentions=tuple(draft.mentions),
        line=article.line,
        sentences=tuple(draft.sentences),
        passage_cuts=tuple(cuts),
    )


def _add_sentence(draft: _Draft, sentence: Element) -> None:
    text = "".join(sentence.itertext())
    if not text.strip():
        return
    offset = len(draft.text) + (1 if draft.text else 0)
    draft.text += (" " if draft.text else "") + text
    left = offset + len(text) - len(text.lstrip())
    draft.sentences.append(RawSentence(left, offset + len(text.rstrip()), None))
    for start, end, term in _terms(sentence, offset):
        sem = term.get("sem", "").strip()
        joined = sem.startswith("(")
        for type_ in _OPERATOR.sub(" ", sem).split() if joined else [sem]:
            draft.mentions.append(
                RawMention(
                    start,
                    end,
                    draft.text[start:end],
                    type_.removeprefix(_NAMESPACE),
                    term.line,
                    refusal="coordinated" if joined else None,
                )
            )


def _terms(
    element: Element, start: int, *, in_coordination: bool = False
) -> Iterator[tuple[int, int, Element]]:
    """Yield (start, end, element) of each term below `element`, without parts of coordinations.

    `start` is the offset of the element's text.
    """
    end = start + len(element.text or "")
    for child in element:
        begin = end
        end += sum(map(len, child.itertext()))
        sem = child.get("sem", "")
        if child.tag == "cons" and (sem or not in_coordination):
            yield begin, end, child
        inside = in_coordination or sem.startswith("(")
        yield from _terms(child, begin, in_coordination=inside)
        end += len(child.tail or "")
