"""Mentions of annotated files, ready for scoring; what is wrong with others is counted."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sru_ner.corpora.incidents import Incident, Incidents, Outcome
from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.predictions.annotations import Annotations
from sru_ner.predictions.type_maps import TypeMap
from sru_ner.text.locate import locate


@dataclass(frozen=True, slots=True)
class FileMention:
    """A mention of an annotated file, with its offsets and its type as they are scored."""

    start: int
    end: int
    type: str
    text: str
    score: float | None = None
    """Score from 0 to 1; None where the file gives none."""


def file_mentions(
    annotations: Annotations,
    document: RawDocument,
    types: TypeMap,
    inventory: Collection[str],
    incidents: Incidents,
    *,
    repair: bool,
) -> list[FileMention]:
    """Return the mentions of a document, each once, in its own text, with mapped types.

    Where a mention quotes another text than the one at its offsets, the offsets count. With
    `repair` it is moved to the quoted text if that is near and unambiguous. What is left out is
    counted in `incidents`.
    """
    path = annotations.path
    found: dict[tuple[int, int, str], FileMention] = {}
    for mention in document.mentions:
        type_ = types.translate(mention.type, inventory)
        if type_ is None:
            reason = f"mentions of {path} with types that the type map leaves out"
            incidents.add(Incident("noted", reason))
            continue
        span = _settled(mention, document, annotations, incidents, repair=repair)
        if span is None:
            continue
        text = document.text[slice(*span)] or mention.text
        marked = FileMention(*span, type_, text, annotations.score(document, mention))
        first = found.setdefault((*span, type_), marked)
        if first is not marked:
            reason = f"mentions of {path} repeated, each counted once"
            incidents.add(annotations.incident("noted", reason, document, mention.line))
            if (marked.score or 0) > (first.score or 0):
                found[*span, type_] = marked
    return list(found.values())


def _settled(
    mention: RawMention,
    document: RawDocument,
    annotations: Annotations,
    incidents: Incidents,
    *,
    repair: bool,
) -> tuple[int, int] | None:
    """Return the offsets that count for a mention, or None where it is left out."""
    path, text = annotations.path, document.text

    def add(outcome: Outcome, reason: str) -> None:
        incidents.add(annotations.incident(outcome, reason, document, mention.line))

    if mention.refusal:
        reason = mention.refusal.replace("_", " ")
        add("refused", f"mentions of {path} left out ({reason})")
        return None
    span = mention.start, mention.end
    at_offsets = text[slice(*span)]
    right = mention.end <= len(text) and (
        not mention.text or at_offsets == mention.text or at_offsets.split() == mention.text.split()
    )
    if right or not text:
        return span
    if repair:
        located = locate(text, *span, mention.text).span if mention.text else None
        quoted = f"mentions of {path} quoting another text than the one at the given offsets"
        if located is None:
            add("refused", f"{quoted}, not found near them and left out")
        else:
            add("repaired", f"{quoted}, moved to the quoted text")
        return located
    if mention.end > len(text):
        add("refused", f"mentions of {path} ending after the end of the text, left out")
        return None
    add(
        "noted",
        f"mentions of {path} quoting another text than the one at the given offsets, which count",
    )
    return span


def add_file_incidents(
    annotations: Annotations, scored: Iterable[RawDocument], incidents: Incidents
) -> None:
    """Count what is wrong with a file as a whole: unreadable mentions, and missing texts.

    `scored` are the file's documents that the other side has, too.
    """
    for reason, count in sorted(annotations.refused.items()):
        what = reason.replace("_", " ")
        unread = f"mentions of {annotations.path} left out because they are unreadable ({what})"
        incidents.add(Incident("refused", unread), count)
    if not annotations.has_text:
        reason = (
            f"documents of {annotations.path} without texts, so nothing checks that the offsets"
            " are in the same texts"
        )
        for document in scored:
            if not (document.text and all(mention.text for mention in document.mentions)):
                incidents.add(annotations.incident("noted", reason, document))
