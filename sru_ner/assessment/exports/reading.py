"""What is common to all tools: an item that came back becomes a verdict, or a fault.

Tools differ in how they keep a judgement; in all of them the assessor can also change or remove the
marked span. A fault never stops the reading: it is reported with what the file said.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sru_ner.assessment.items import Item
from sru_ner.assessment.verdicts import Judgement, Verdict

_CHANGED = re.compile(r"[\x00-\x1f\x7f-\x9f\ufffd-\uffff]")
Span = tuple[int, int, str]
"""Start, end (exclusive) and type; code points of the item's text."""


class Found(NamedTuple):
    """A verdict, and the assessor if the file names one."""

    assessor: str | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a file of verdicts that is not as it should be."""

    kind: str
    """Name of this kind of fault, such as `changed text`."""
    item: str
    """Identifier of the item, or of the place in the file."""
    detail: str
    """What the file says, so that nothing is lost."""


@dataclass(slots=True)
class Reading:
    """What a file of verdicts holds."""

    items: Mapping[str, Item]
    """Identifier → item of the sample."""
    found: list[Found] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(
        self,
        item_id: str,
        *,
        text: str | None,
        judgement: str = "",
        spans: Sequence[Span] | None = None,
        comment: str = "",
        at: datetime | None = None,
        assessor: str | None = None,
    ) -> None:
        """Add an item as it came back.

        text: the text beside the item, None if the file has none. judgement: as people or tools
        write it; empty if there is none. spans: what is marked in the text now; None if the tool
        cannot say. An item without a judgement whose span was moved, retyped or removed is taken
        for judged; one that is unchanged is open.
        """
        said = ", ".join(filter(None, [judgement.strip(), comment.strip()])) or "no verdict"
        item = self.items.get(item_id)
        if item is None:
            self.fault("unknown item", item_id or "?", said)
            return
        if text is not None and _blanks(text) != _blanks(item.text):
            self.fault("changed text", item_id, said)
            return
        chosen = None if spans is None else nearest(item, spans)
        verdict = self._judgement(item, judgement, removed=spans is not None and chosen is None)
        start, end, type_ = chosen or (item.start, item.end, item.type)
        moved, retyped = (start, end) != (item.start, item.end), type_ != item.type
        if not 0 <= start < end <= len(item.text):
            self.fault("span outside the text", item_id, f"{start} to {end}, {said}")
            moved = False
        if verdict is None and not judgement.strip():
            verdict = Judgement.WRONG_TYPE if retyped else Judgement.WRONG_BOUNDARY
            verdict = verdict if retyped or moved else None
        if verdict is None:
            if comment.strip() and not judgement.strip():
                self.fault("comment without a verdict", item_id, comment.strip())
            return
        if verdict == Judgement.CORRECT and (moved or retyped):
            self.fault("correct, but changed", item_id, f"{type_} from {start} to {end}")
        made = Verdict(
            id=item_id,
            verdict=verdict,
            type=type_ if retyped else None,
            start=start if moved else None,
            end=end if moved else None,
            comment=comment.strip(),
            at=at,
        )
        self.found.append(Found(assessor, made))

    def fault(self, kind: str, item: str, detail: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(kind, item, detail))

    def _judgement(self, item: Item, said: str, *, removed: bool) -> Judgement | None:
        """Read a judgement; None if there is none, or one that does not exist, which is a fault."""
        name = "_".join(said.replace("_", " ").lower().split())
        if name in set(Judgement):
            return Judgement(name)
        if name:
            self.fault("unknown verdict", item.id, said)
            return None
        return Judgement.NO_ENTITY if removed else None


def nearest(item: Item, spans: Iterable[Span]) -> Span | None:
    """Return the span that the item's span became: the same, or the one that overlaps it most."""
    found = [s for s in spans if s[0] < item.end and s[1] > item.start]
    same = (item.start, item.end, item.type)
    return min(
        found,
        key=lambda s: (
            s != same,
            -(min(s[1], item.end) - max(s[0], item.start)),
            s[1] - s[0],
            s[2] != item.type,
        ),
        default=None,
    )


def _blanks(text: str) -> str:
    """Return a text with single spaces: tools change line ends and control characters."""
    return " ".join(_CHANGED.sub(" ", text).split())
