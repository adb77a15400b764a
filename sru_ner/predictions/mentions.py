"""The mentions of an annotated file as they are scored, and an account of the others."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field

from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.predictions.annotations import Annotations
from sru_ner.predictions.type_maps import TypeMap
from sru_ner.text.locate import locate


@dataclass(slots=True)
class Account:
    """What was not as a plain comparison wants it, counted, each with the first place."""

    counts: Counter[str] = field(default_factory=Counter)
    """By sentence; see `sentences`."""
    first: dict[str, str] = field(default_factory=dict)

    def add(self, what: str, place: str = "", count: int = 1) -> None:
        """Count something; the place of the first is kept."""
        if count:
            self.counts[what] += count
            self.first.setdefault(what, place)

    def sentences(self) -> list[str]:
        """One line for each kind."""
        return [
            f"{count:,} {what}" + (f" (first: {self.first[what]})" if self.first[what] else "")
            for what, count in self.counts.items()
        ]


@dataclass(frozen=True, slots=True)
class Marked:
    """A mention as it is scored."""

    start: int
    end: int
    type: str
    text: str
    score: float | None = None
    """From 0 to 1; None where the file gives none."""


def marked_in(
    annotations: Annotations,
    document: RawDocument,
    types: TypeMap,
    inventory: Collection[str],
    account: Account,
    *,
    repair: bool,
) -> list[Marked]:
    """The mentions of a document, each once, in its own text, under our names of their types.

    One that quotes another text than stands at its offsets is taken as its offsets say, or, for
    `repair`, moved to what it quotes if that is near and clear. What cannot be taken is counted.
    """
    found: dict[tuple[int, int, str], Marked] = {}
    for mention in document.mentions:
        type_ = types.translate(mention.type, inventory)
        if type_ is None:
            account.add(f"mentions of {annotations.path} are of types that the map leaves out")
            continue
        place = annotations.place(document, mention.line)
        span = _settled(mention, document.text, annotations, place, account, repair=repair)
        if span is None:
            continue
        text = document.text[slice(*span)] or mention.text
        marked = Marked(*span, type_, text, annotations.score(document, mention))
        first = found.setdefault((*span, type_), marked)
        if first is not marked:
            account.add(
                f"mentions of {annotations.path} are there twice: one of each counts", place
            )
            if (marked.score or 0) > (first.score or 0):
                found[*span, type_] = marked
    return list(found.values())


def _settled(
    mention: RawMention,
    text: str,
    annotations: Annotations,
    place: str,
    account: Account,
    *,
    repair: bool,
) -> tuple[int, int] | None:
    path = annotations.path
    if mention.refusal:
        reason = mention.refusal.replace("_", " ")
        account.add(f"mentions of {path} cannot be taken ({reason}): left out", place)
        return None
    span = mention.start, mention.end
    stands = text[slice(*span)]
    right = mention.end <= len(text) and (
        not mention.text or stands == mention.text or stands.split() == mention.text.split()
    )
    if right or not text:
        return span
    if repair:
        located = locate(text, *span, mention.text).span if mention.text else None
        what = "cannot be found near their offsets: left out" if located is None else "were moved"
        account.add(f"mentions of {path} quote another text than stands there and {what}", place)
        return located
    if mention.end > len(text):
        account.add(f"mentions of {path} end after their text: left out", place)
        return None
    account.add(
        f"mentions of {path} quote another text than stands at their offsets, which were taken",
        place,
    )
    return span


def account_for(annotations: Annotations, account: Account) -> None:
    """Count what is to be said about a file as a whole."""
    for reason, count in sorted(annotations.refused.items()):
        what = reason.replace("_", " ")
        account.add(f"mentions of {annotations.path} cannot be read ({what}): left out", "", count)
    if not annotations.has_text:
        account.add(
            f"documents of {annotations.path} have no text: whether the offsets are about the same"
            " texts cannot be checked",
            count=len(annotations.documents),
        )
