"""Finds the types of a type map that the files do not show to be annotated."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.corpora.source import Source
from sru_ner.rendering.amounts import counted


def shown_types(
    source: Source, mentions: Mapping[str, int], documents: Iterable[RawDocument]
) -> dict[str, str | None]:
    """Return the part of the type map that the inventory may list.

    A harmonised type is shown to be annotated by a mention in the files, or by the entry
    (`looked_for`, or `annotated_types` of a file) or a document that says so. Otherwise nobody
    knows whether it was looked for, and training must not take it for absent.

    mentions: number of mentions in the files by the corpus's own type, with refused ones.
    """
    shown = {
        source.types[name] for name, count in mentions.items() if count and name in source.types
    }
    shown.update(source.looked_for)
    for file in source.document_files:
        shown.update(file.annotated_types or ())
    for document in documents:
        shown.update(source.types.get(name) for name in document.annotated_types or ())
        shown.update(source.types.get(name) for _, _, name in document.judged)
    return {name: type_ for name, type_ in source.types.items() if type_ is None or type_ in shown}


def types_without_mentions(source: Source, mentions: Mapping[str, int]) -> list[Incident]:
    """Return an incident for each type of the map that no mention in the files has.

    The detail names the type of the files that may be meant. A type that is left out, or whose
    harmonised type the entry calls `looked_for`, needs no mention.
    """
    unmapped = {name: count for name, count in mentions.items() if name not in source.types}
    return [
        Incident(
            "noted",
            "type_without_mention",
            detail=f"no mention has the type {name!r}{nearest(name, unmapped)}",
            mentions=0,
        )
        for name, type_ in source.types.items()
        if not mentions.get(name) and type_ is not None and type_ not in source.looked_for
    ]


def nearest(name: str, mentions: Mapping[str, int]) -> str:
    """Return a question for the end of a message: the type with the most similar name, if any.

    mentions: number of mentions by type.
    """
    plain = {other.casefold(): other for other in sorted(mentions)}
    close = get_close_matches(name.casefold(), plain, n=1)
    if not close:
        return ""
    found = plain[close[0]]
    verb = "has" if mentions[found] == 1 else "have"
    return f" (did you mean {found!r}, which {counted(mentions[found], 'mention')} {verb}?)"
