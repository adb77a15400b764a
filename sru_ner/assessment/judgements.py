"""All verdicts on a sample, of all assessors: put together, checked, and weighed item by item."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sru_ner.assessment.exports.formats import is_tools_folder, read_any
from sru_ner.assessment.exports.reading import Fault
from sru_ner.assessment.items import Item, Items
from sru_ner.assessment.verdicts import Judgement, Verdict
from sru_ner.errors import InputError

_FIRST = datetime.min.replace(tzinfo=UTC)
ADJUDICATOR = "adjudication"
"""Name under which verdicts of the adjudication are kept."""


@dataclass(frozen=True, slots=True)
class Judgements:
    """Verdicts on the items of a sample."""

    items: Items
    by_assessor: Mapping[str, Mapping[str, Verdict]]
    """Assessor → item → verdict; both sorted."""
    adjudicated: Mapping[str, Verdict] = field(default_factory=dict)
    """Item → the verdict that settles it."""
    faults: tuple[tuple[str, Fault], ...] = ()
    """File, and what was wrong there."""

    def of(self, item: str) -> dict[str, Verdict]:
        """Return assessor → verdict of an item."""
        return {
            name: verdicts[item] for name, verdicts in self.by_assessor.items() if item in verdicts
        }

    def final(self, item: str) -> list[Verdict]:
        """Return the verdicts that count: that of the adjudication, or else all but the unsure."""
        if item in self.adjudicated:
            found = [self.adjudicated[item]]
        else:
            found = list(self.of(item).values())
        return [verdict for verdict in found if verdict.verdict != Judgement.UNSURE]

    def missing(self) -> dict[str, int]:
        """Return item → number of verdicts that were asked for and are not there."""
        found = {item.id: len(item.assessors) - len(self.of(item.id)) for item in self.items.items}
        return {name: number for name, number in found.items() if number > 0}

    def disagreements(self) -> list[Item]:
        """Return the items on which assessors differ and which are not adjudicated."""
        return [
            item
            for item in self.items.items
            if item.id not in self.adjudicated
            and len({_said(verdict) for verdict in self.of(item.id).values()}) > 1
        ]


@dataclass(frozen=True, slots=True)
class VerdictSource:
    """A file or folder with verdicts."""

    path: Path
    named: str | None
    """Name of the assessor, if the user gave it."""
    default: str
    """Name of the assessor, if neither the user nor the file gives one."""


def sources_of(
    paths: Iterable[Path], names: Mapping[Path, str] | None = None
) -> list[VerdictSource]:
    """Return the files behind the arguments of a command, with names of the assessors.

    paths: files, folders of a tool, and folders that hold such files; of these, hidden files and
    Markdown are left out. names: file → assessor. An assessor is called like the file, or like its
    folder if two files have one name. Raises `InputError` for a name of a file that is not read.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir() and not is_tools_folder(path):
            inside = sorted(path.iterdir())
            found += [p for p in inside if p.name[0] != "." and p.suffix != ".md"]
        else:
            found.append(path)
    names = names or {}
    unused = [path for path in names if path not in found]
    if unused:
        raise InputError(
            "a name was given for this file, but it is not read",
            path=unused[0],
            remedy="name the file as it is named in the command",
        )
    stems = Counter(path.stem for path in found)
    return [
        VerdictSource(
            path, names.get(path), path.stem if stems[path.stem] == 1 else path.parent.name
        )
        for path in found
    ]


def read_judgements(
    items: Items, sources: Iterable[VerdictSource], adjudicated: Iterable[Path] = ()
) -> Judgements:
    """Read the files of all assessors, from any tool.

    adjudicated: filled-in sheets of disagreements; verdicts of an assessor called `ADJUDICATOR`
    count as such, too. If an assessor judged an item twice, the later
    verdict counts, and if they differ, that is a fault. Raises the errors of `read_any`.
    """
    faults: list[tuple[str, Fault]] = []
    found: dict[str, dict[str, Verdict]] = defaultdict(dict)
    for source in sources:
        reading = read_any(source.path, items.items, sample=items.digest)
        faults += [(str(source.path), fault) for fault in reading.faults]
        for said, verdict in reading.found:
            assessor = source.named or said or source.default
            _add(found[assessor], verdict, str(source.path), assessor, faults)
    settled = found.pop(ADJUDICATOR, {})
    for path in adjudicated:
        reading = read_any(path, items.items, sample=items.digest)
        faults += [(str(path), fault) for fault in reading.faults]
        for _, verdict in reading.found:
            _add(settled, verdict, str(path), ADJUDICATOR, faults)
    by_assessor = {name: dict(sorted(verdicts.items())) for name, verdicts in sorted(found.items())}
    return Judgements(items, by_assessor, dict(sorted(settled.items())), tuple(faults))


def counts(judgements: Judgements) -> dict[str, dict[str, int]]:
    """Return assessor → judgement → number of items."""
    table = {}
    for name, verdicts in judgements.by_assessor.items():
        given = Counter(verdict.verdict for verdict in verdicts.values())
        table[name] = {judgement.value: given[judgement] for judgement in Judgement}
    return table


def _add(
    verdicts: dict[str, Verdict],
    verdict: Verdict,
    path: str,
    assessor: str,
    faults: list[tuple[str, Fault]],
) -> None:
    earlier = verdicts.get(verdict.id)
    if earlier is not None and _said(earlier) != _said(verdict):
        detail = f"{assessor}: {_text(earlier)}; {_text(verdict)}"
        faults.append((path, Fault("judged twice", verdict.id, detail)))
    if earlier is None or (earlier.at or _FIRST) <= (verdict.at or _FIRST):
        verdicts[verdict.id] = verdict


def _said(verdict: Verdict) -> tuple:
    return verdict.verdict, verdict.type, verdict.start, verdict.end


def _text(verdict: Verdict) -> str:
    return " ".join(filter(None, [verdict.verdict.words, verdict.comment]))
