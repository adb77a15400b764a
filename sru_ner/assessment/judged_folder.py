"""The folder of what people judged: verdicts in one form, faults, and what to adjudicate.

It quotes texts and comments, so it is kept like the sample, and not in git.
"""

from pathlib import Path

from sru_ner.assessment.exports.sheet import write_xlsx
from sru_ner.assessment.judgements import ADJUDICATOR, Judgements
from sru_ner.assessment.verdicts import Verdict, VerdictFile, write_verdicts
from sru_ner.errors import InputError
from sru_ner.files import atomic_path, write_text
from sru_ner.rendering.csv_text import csv_text

VERDICTS = "verdicts"
"""Folder with a verdict file for each assessor."""
ADJUDICATION, FAULTS = "adjudication.xlsx", "faults.csv"


def check_judged(folder: Path) -> None:
    """Raise `InputError` for a folder that holds something else, which would be lost."""
    if (
        folder.exists()
        and not (folder / FAULTS).exists()
        and (not folder.is_dir() or any(folder.iterdir()))
    ):
        raise InputError(
            "this is there, and it holds no verdicts", path=folder, remedy="name a new folder"
        )


def write_judged(folder: Path, judgements: Judgements) -> None:
    """Write the folder, which replaces an old one.

    It gets `verdicts/<assessor>.json`, `faults.csv`, `missing.csv`, and `adjudication.xlsx` with
    the items on which assessors differ.
    """
    items = {item.id: item for item in judgements.items.items}
    sources = dict(judgements.by_assessor)
    if judgements.adjudicated:
        sources[ADJUDICATOR] = judgements.adjudicated
    with atomic_path(folder) as fresh:
        fresh.mkdir()
        for number, (name, verdicts) in enumerate(sources.items(), start=1):
            file = VerdictFile(
                sample=judgements.items.digest, assessor=name, verdicts=tuple(verdicts.values())
            )
            # The name is a user's, and may not be one of a file.
            write_verdicts(fresh / VERDICTS / f"{number:02}-{_file_name(name)}.json", file)
        rows = [(path, f.kind, f.item, f.detail) for path, f in judgements.faults]
        write_text(fresh / FAULTS, csv_text(("file", "fault", "item", "detail"), rows))
        open_items = [
            (name, items[name].type, items[name].mention, number)
            for name, number in judgements.missing().items()
        ]
        heads = ("item", "type", "mention", "verdicts missing")
        write_text(fresh / "missing.csv", csv_text(heads, open_items))
        differing = judgements.disagreements()
        said = {item.id: _said(judgements.of(item.id)) for item in differing}
        write_xlsx(fresh / ADJUDICATION, differing, said)


def _said(verdicts: dict[str, Verdict]) -> str:
    return "; ".join(f"{name}: {_words(verdict)}" for name, verdict in verdicts.items())


def _words(verdict: Verdict) -> str:
    moved = None if verdict.start is None else f"{verdict.start}–{verdict.end}"
    more = ", ".join(filter(None, [verdict.type, moved, verdict.comment]))
    return verdict.verdict.words + (f" ({more})" if more else "")


def _file_name(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name)[:60]
