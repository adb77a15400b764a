"""Give documents without texts those of the other file, as far as their mentions prove them.

A file that lists mentions only says little about its documents: a name, and what each mention
quotes. The other file's document of the same name has the text, unless most quotations contradict
it. A document without a namesake is the one document of the other file whose text has the quoted
strings at their offsets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.errors import InputError
from sru_ner.predictions.alignment import squeezed
from sru_ner.predictions.annotations import Annotations

PROOF = 8
"""Lowest number of quoted characters, without white space, by which a text can be found."""


REMEDY = "take the mentions of the same texts"
"""Advice where the mentions of a document are those of another text."""


def with_texts(
    bare: Annotations, other: Annotations, *, aligned: bool = False, remedy: str = REMEDY
) -> Annotations:
    """Return annotations whose documents have texts, taken from the other side's documents.

    Documents that have no counterpart there keep an empty text. Annotations that have texts are
    returned as they are. Raises `InputError` with `remedy` if most mentions of a document quote
    another text than its namesake has at their offsets; not if `aligned` is true, because then
    each mention is moved to the text that it quotes.
    """
    if bare.has_text or not other.has_text:
        return bare
    documents: dict[str, RawDocument] = {}
    strangers = {n: d.text for n, d in other.documents.items() if n not in bare.documents}
    for name, document in bare.documents.items():
        if name in other.documents:
            namesake = other.documents[name]
            if not aligned:
                _check_quotations(document, namesake, bare, other, remedy)
            documents[name] = replace(document, text=namesake.text)
        else:
            documents[name] = replace(document, text=_quoted_text(document, strangers) or "")
    return replace(bare, documents=documents)


def _quoting(document: RawDocument) -> list[RawMention]:
    return [m for m in document.mentions if m.text.strip() and m.refusal is None]


def _agrees(mention: RawMention, text: str) -> bool:
    """Whether a text has what the mention quotes at its offsets.

    Case, white space and the Unicode form make no difference, because tools change them.
    """
    found = text[mention.start : mention.end]
    return found == mention.text or _plain(found) == _plain(mention.text)


def _plain(text: str) -> str:
    return squeezed(text).casefold()


def _check_quotations(
    document: RawDocument,
    namesake: RawDocument,
    bare: Annotations,
    other: Annotations,
    remedy: str,
) -> None:
    quoting = _quoting(document)
    wrong = [mention for mention in quoting if not _agrees(mention, namesake.text)]
    if 2 * len(wrong) <= len(quoting):
        return
    first = wrong[0]
    there = namesake.text[first.start : first.end]
    raise InputError(
        f"{len(wrong)} of {len(quoting)} mentions of document {document.id} quote another text than"
        f" {other.place(namesake)} has at their offsets, so these are offsets of other texts; the"
        f" first quotes {first.text!r} at {first.start}-{first.end}, where {there!r} is",
        path=bare.path / document.part if document.part else bare.path,
        line=first.line,
        remedy=remedy,
    )


def _quoted_text(document: RawDocument, texts: Mapping[str, str]) -> str | None:
    """Return the one text that agrees with most of a document's mentions; None if there is none.

    What agrees has to be at least `PROOF` characters, because short strings agree by chance.
    """
    quoting = sorted(_quoting(document), key=lambda mention: -len(mention.text))
    found = {text for text in texts.values() if _is_proven(quoting, text)}
    return found.pop() if len(found) == 1 else None


def _is_proven(quoting: Iterable[RawMention], text: str) -> bool:
    mentions = list(quoting)
    wrong = characters = 0
    for mention in mentions:
        if _agrees(mention, text):
            characters += len(_plain(mention.text))
        else:
            wrong += 1
            if 2 * wrong >= len(mentions):
                return False
    return characters >= PROOF
