"""From files of verdicts to the folder of what was judged and the report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sru_ner.assessment.agreement import agreement
from sru_ner.assessment.items import ITEMS, read_items
from sru_ner.assessment.judged_folder import ADJUDICATION, FAULTS, check_judged, write_judged
from sru_ner.assessment.judgement_report import write_report
from sru_ner.assessment.judgements import read_judgements, sources_of
from sru_ner.assessment.key import KEY, read_key
from sru_ner.assessment.precision import estimate
from sru_ner.rendering.amounts import counted, percent


@dataclass(frozen=True, slots=True)
class Imported:
    """What is to be said about an import, in sentences."""

    figures: tuple[str, ...]
    """The precision of each model, and where the report is."""
    remarks: tuple[str, ...]
    """What is missing, wrong or to be settled."""


def import_verdicts(
    sample: Path,
    files: Iterable[Path],
    *,
    output: Path,
    report: Path,
    title: str,
    names: Mapping[Path, str] | None = None,
    adjudicated: Iterable[Path] = (),
    note: str = "",
) -> Imported:
    """Read verdicts on a sample, and write the folder of what was judged and the report.

    files, names: as of `sources_of`. adjudicated: as of `read_judgements`. title, note: of the
    report. Raises `InputError` for a sample or a file that cannot be read, and for a folder
    `output` that holds something else.
    """
    check_judged(output)
    items = read_items(sample / ITEMS)
    key = read_key(sample / KEY, digest=items.digest)
    judgements = read_judgements(items, sources_of(files, names), adjudicated)
    precision = estimate(key, judgements)
    write_judged(output, judgements)
    write_report(report, judgements, precision, agreement(judgements), title=title, note=note)
    figures = [
        f"{each.model}: precision {percent(each.strict.value)} ({percent(each.strict.low)}–"
        f"{percent(each.strict.high)}), {counted(each.judged, 'item')} judged"
        for each in precision
        if each.part == "all"
    ]
    left, differing = sum(judgements.missing().values()), len(judgements.disagreements())
    remarks = {
        f"{counted(left, 'verdict')} missing": left,
        f"{counted(len(judgements.faults), 'fault')}: {output / FAULTS}": len(judgements.faults),
        f"{counted(differing, 'disagreement')}: {output / ADJUDICATION}": differing,
    }
    return Imported(
        (*figures, f"report: {report / 'index.html'}"),
        tuple(line for line, number in remarks.items() if number),
    )
