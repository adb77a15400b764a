"""Stops a corpus of which too many mentions are refused, and says why they are."""

from collections.abc import Mapping
from pathlib import Path

from sru_ner.corpora.incidents import Incidents
from sru_ner.corpora.source import Source
from sru_ner.errors import InputError
from sru_ner.harmonize.report import SplitOutcome, count_mentions, total
from sru_ner.rendering.amounts import counted

SHOWN = 3
"""Number of reasons that an error explains with an example."""


def check_refusals(
    source: Source,
    splits: Mapping[str, SplitOutcome],
    incidents: Incidents,
    raw: Path,
    max_share: float,
) -> None:
    """Check that enough mentions of a corpus can be used.

    splits: results by split. raw: folder of the raw files of all corpora. max_share: largest share
    of the mentions that may be refused. Raises `InputError`, with the commonest reasons and where
    each first occurs, if the share is larger or if all mentions of a split are refused. Also raises
    it if there is no mention.
    """
    counts = {split: count_mentions(outcome) for split, outcome in splits.items()}
    whole = total(counts.values()) if counts else None
    folder = raw / source.name
    if whole is None or (whole.kept == 0 and whole.refused == 0):
        raise InputError(
            "there is no mention to learn from",
            path=folder,
            remedy=f"check the files, and `types` and `options` of {source.name} in the catalog",
        )
    for split, found in {**counts, "": whole}.items():
        where = f"the split {split}" if split else f"{source.name}"
        if found.kept == 0 and found.refused:
            problem = f"no mention of {where} can be used: all {found.refused:,} are refused"
            raise _refused(problem, incidents, folder)
    if whole.refused > max_share * whole.in_file:
        problem = (
            f"{whole.refused:,} of {counted(whole.in_file, 'mention')} refused,"
            f" more than max_refused_share = {max_share}"
        )
        raise _refused(problem, incidents, folder)


def commonest(incidents: Incidents, folder: Path) -> str:
    """Say why mentions are refused, each reason on a line with its first place below `folder`."""
    kinds = sorted(incidents.kinds("refused"), key=lambda kind: -kind.mentions)
    lines = [
        f"\n  {kind.mentions:,} × {kind.reason}, first"
        f" {folder / kind.examples[0].source_file}:{kind.examples[0].line}:"
        f" {kind.examples[0].detail}"
        for kind in kinds[:SHOWN]
    ]
    if len(kinds) > SHOWN:
        rest = sum(kind.mentions for kind in kinds[SHOWN:])
        lines.append(f"\n  {rest:,} for other reasons")
    return "".join(lines)


def _refused(problem: str, incidents: Incidents, folder: Path) -> InputError:
    return InputError(
        problem + commonest(incidents, folder),
        path=folder,
        remedy="correct the files, or `options` and `types` in the entry of the corpus; if you know"
        " why the mentions are refused and can do without them, set max_refused_share in the entry",
    )
