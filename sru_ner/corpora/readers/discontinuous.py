"""Decides what becomes of mentions in pieces, such as the first one of "left and right ventricle".

The schema has one start and one end for each mention, so a mention in pieces is refused unless the
user chooses a way to change it.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from sru_ner.corpora.readers.raw import RawDocument, RawMention, Reading

Choice = Literal["refuse", "hull", "parts"]
"""Refuse the mention, take all from its first to its last character, or take each piece."""


def placed(reading: Reading, choice: Choice) -> Reading:
    """Return the reading with its discontinuous mentions changed as chosen.

    What a changed mention becomes has the flaw `hull_of_pieces` or `piece`, so it counts as
    repaired. A mention whose pieces are not the text that its line quotes is refused with
    `quotes_another_text`, and an empty piece with `empty`.
    """
    if choice == "refuse":
        return reading
    documents = (
        replace(document, mentions=tuple(_changed(document, choice)))
        if any(mention.fragments for mention in document.mentions)
        else document
        for document in reading.documents
    )
    return replace(reading, documents=tuple(documents))


def _changed(document: RawDocument, choice: Choice) -> Iterator[RawMention]:
    for mention in document.mentions:
        pieces = [document.text[start:end] for start, end in mention.fragments]
        whole = document.text[mention.start : mention.end]
        if not pieces:
            yield mention
        elif _letters(mention.text) not in (_letters("".join(pieces)), _letters(whole)):
            yield replace(mention, refusal="quotes_another_text", fragments=())
        elif choice == "hull":
            yield _one(mention, mention.start, mention.end, whole, "hull_of_pieces")
        else:
            for (start, end), text in zip(mention.fragments, pieces, strict=True):
                yield _one(mention, start, end, text, "piece")


def _letters(text: str) -> str:
    # Formats differ in what they put between the pieces.
    return "".join(text.split())


def _one(mention: RawMention, start: int, end: int, text: str, flaw: str) -> RawMention:
    refusal = None if start < end else "empty"
    return RawMention(start, end, text, mention.type, mention.line, flaw, refusal)
