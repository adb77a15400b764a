"""Counts what was wrong with data, and keeps the first examples of each kind."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["refused", "repaired", "noted"]
"""Outcome for the data: refused (not used), repaired (used with a change) or noted (used)."""

EXAMPLES = 5
"""Incidents of each kind that are kept as examples."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Something in the data that is not as its format or the schema requires, and where it is."""

    outcome: Outcome
    reason: str
    """Name of this kind of incident, the same for all of a kind: a short key in reports
    (`unknown_type`), or words that follow a count (`lines without a text`, a regular plural)."""
    line: int = 0
    """Line of the file, counted from 1; 0 if it has no lines or none is known."""
    detail: str = ""
    """Details of what is wrong, without text of a corpus, because reports are published."""
    mentions: int = 1
    """Number of mentions in the file that are concerned."""
    part: str = ""
    """Name of the file inside the folder or archive `file`; empty if `file` is one file."""
    file: str = ""
    """Name of the file, folder or archive; empty if the caller knows it."""
    document: str = ""
    """Identifier of the document, if the incident concerns a whole document."""

    @property
    def source_file(self) -> str:
        """Return the name of the file, with the folder or archive that it is in."""
        return place_name(self.file, self.part)

    @property
    def place(self) -> str:
        """Return the place, as far as it is known, and the detail: `a.jsonl:3: no JSON`."""
        position = f"{self.source_file}:{self.line}" if self.line else self.source_file
        if not position and self.document:
            position = f"document {self.document}"
        return ": ".join(filter(None, (position, self.detail)))


OnIncident = Callable[[Incident], None]
"""Takes each incident when it is found; `Incidents.add` is one."""


def place_name(file: str, part: str) -> str:
    """Return the name of a raw file, or of a file inside a folder or archive."""
    return f"{file}/{part}" if part else file


@dataclass(slots=True)
class Kind:
    """The incidents with one outcome and one reason."""

    outcome: Outcome
    reason: str
    occurrences: int = 0
    mentions: int = 0
    """Number of mentions that they concern, all together."""
    examples: list[Incident] = field(default_factory=list)
    """The first incidents, at most `EXAMPLES`."""


class Incidents:
    """Counts incidents by outcome and reason and keeps the first of each as examples.

    Memory grows with the number of reasons, not with the number of incidents.
    """

    def __init__(self) -> None:
        self._kinds: dict[tuple[Outcome, str], Kind] = {}

    def add(self, incident: Incident, times: int = 1) -> None:
        """Count an incident that occurred `times` times; nothing is counted for 0."""
        if not times:
            return
        key = (incident.outcome, incident.reason)
        kind = self._kinds.setdefault(key, Kind(*key))
        kind.occurrences += times
        kind.mentions += times * incident.mentions
        if len(kind.examples) < EXAMPLES:
            kind.examples.append(incident)

    def extend(self, incidents: Iterable[Incident]) -> None:
        """Count each of some incidents once."""
        for incident in incidents:
            self.add(incident)

    def add_counts(self, counts: Mapping[str, int], first: Mapping[str, str]) -> None:
        """Count what another object counted, given its `counts` and `first`, as noted."""
        for reason, count in counts.items():
            self.add(Incident("noted", reason, detail=first[reason]), count)

    def kinds(self, outcome: Outcome | None = None) -> Iterator[Kind]:
        """Yield all kinds, or those with one outcome, in the order in which they first occurred."""
        for kind in self._kinds.values():
            if outcome in (None, kind.outcome):
                yield kind

    @property
    def counts(self) -> dict[str, int]:
        """Number of occurrences of each reason, sorted by reason."""
        counts: dict[str, int] = {}
        for kind in self.kinds():
            counts[kind.reason] = counts.get(kind.reason, 0) + kind.occurrences
        return dict(sorted(counts.items()))

    @property
    def first(self) -> dict[str, str]:
        """Place of the first occurrence of each reason, sorted by reason."""
        first: dict[str, str] = {}
        for kind in self.kinds():
            first.setdefault(kind.reason, kind.examples[0].place)
        return dict(sorted(first.items()))

    def sentences(self) -> list[str]:
        """One line for people for each kind: how many there are of what, and the first place.

        The reasons have to begin with a regular plural: `lines without a text` counts as
        "1 line without a text", "2 lines without a text".
        """
        lines = []
        for kind in self.kinds():
            noun, space, rest = kind.reason.partition(" ")
            noun = noun.removesuffix("s") if kind.occurrences == 1 else noun
            place = kind.examples[0].place
            first = f" (first: {place})" if place else ""
            lines.append(f"{kind.occurrences:,} {noun}{space}{rest}{first}")
        return lines
