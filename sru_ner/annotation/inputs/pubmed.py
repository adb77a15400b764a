"""Reads PubMed's own XML: the baseline and the daily update files.

One article is in memory at a time. A document is made of an article's title and the sections of
its abstract. Each is a passage; one space separates them. Tags inside them are removed, their text
is kept. A document has these further fields, if the file has them: `version` (a later file may hold
a later version of the same article), `journal`, `year`, `language`, `doi` and `pmc`.

An article without title and abstract is reported. So is each article that an update file deletes,
because its earlier annotations have to be removed.
"""

import re
from collections.abc import Iterator
from typing import Any

from sru_ner.annotation.documents import Passage, TextDocument
from sru_ner.annotation.inputs.source import InputOptions, Source
from sru_ner.corpora.incidents import Incident, OnIncident
from sru_ner.corpora.xml_elements import Element, stream_elements

ROOTS = (
    "PubmedArticleSet",
    "PubmedBookArticleSet",
    "PubmedArticle",
    "PubmedBookArticle",
)
"""Roots of a file: sets of articles, or one article."""
DELETED = "articles deleted by the file"
"""Reason of the incidents for articles that an update file deletes."""

_ARTICLES = {"PubmedArticle": "MedlineCitation", "PubmedBookArticle": "BookDocument"}
_DELETIONS = "DeleteCitation"
_IDENTIFIERS = ("doi", "pmc")
_UNLABELLED = "UNLABELLED"
_WHITE_SPACE = re.compile(r"[ \t\r\n]+")


def read(source: Source, options: InputOptions, on_incident: OnIncident) -> Iterator[TextDocument]:
    """Yield the articles in file order; their identifiers are those of PubMed.

    Raises `InputError` for a file that is not well-formed, declares entities or is no article set.
    """
    wanted = {*_ARTICLES, _DELETIONS}
    with source.open() as stream:
        for element in stream_elements(stream, source.place, wanted, roots=ROOTS):
            if element.tag == _DELETIONS:
                for deleted in element.iter("PMID"):
                    incident = Incident(
                        "noted",
                        DELETED,
                        deleted.line,
                        file=source.place,
                        document=_text(deleted),
                    )
                    on_incident(incident)
                continue
            document = _document(element)
            if document is None:
                reason = "articles without identifier or text left out"
                on_incident(Incident("refused", reason, element.line, file=source.place))
            else:
                yield document


def _document(element: Element) -> TextDocument | None:
    citation = element.find(_ARTICLES[element.tag])
    identifier = None if citation is None else citation.find("PMID")
    if citation is None or identifier is None or not _text(identifier):
        return None
    article = citation.find("Article") if element.tag == "PubmedArticle" else citation
    if article is None:
        return None
    parts: list[tuple[str, str]] = [("title", _text(article.find("ArticleTitle")))]
    for section in article.iterfind("Abstract/AbstractText"):
        label = section.get("Label", "").strip()
        name = label if label and label.upper() != _UNLABELLED else "abstract"
        parts.append((name, _text(section)))
    text, passages = "", []
    for name, part in parts:
        if part:
            text += " " if text else ""
            passages.append(Passage(len(text), name))
            text += part
    if not text:
        return None
    fields = _fields(element, article, identifier)
    return TextDocument(_text(identifier), text, tuple(passages), fields)


def _fields(element: Element, article: Any, identifier: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"version": identifier.get("Version", "")}
    for name, path in (
        ("journal", "Journal/Title"),
        ("year", "Journal/JournalIssue/PubDate/Year"),
        ("language", "Language"),
    ):
        fields[name] = _text(article.find(path))
    if not fields["year"]:
        fields["year"] = _text(article.find("Journal/JournalIssue/PubDate/MedlineDate"))[:4]
    # The references of an article have such lists, too, at a deeper level.
    for found in element.iterfind("*/ArticleIdList/ArticleId"):
        if found.get("IdType") in _IDENTIFIERS:
            fields[found.get("IdType", "")] = _text(found)
    return {name: value for name, value in fields.items() if value}


def _text(element: Any) -> str:
    """Return the text of an element without tags, with single spaces for XML's white space."""
    if element is None:
        return ""
    return _WHITE_SPACE.sub(" ", "".join(element.itertext())).strip(" ")
