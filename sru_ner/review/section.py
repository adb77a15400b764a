"""The form of a review: sections of text and tables, and what all of them call things."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sru_ner.rendering.amounts import counted
from sru_ner.review.gates import failed
from sru_ner.review.gather import Findings


@dataclass(frozen=True, slots=True)
class Table:
    """A table without corpus text."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    numbers: int = 0
    """Number of columns with numbers, which come last."""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a review."""

    title: str
    text: str = ""
    tables: tuple[Table, ...] = ()


def verdict(findings: Findings) -> str:
    """Say in a sentence whether the gates are passed."""
    if not findings.gates:
        return "No gate applies."
    if not (open_ := failed(findings.gates)):
        return f"{counted(len(findings.gates), 'gate')} passed, none failed."
    return f"{len(open_)} of {counted(len(findings.gates), 'gate')} not passed."


def against(findings: Findings) -> str:
    """Name the version that the reviewed one is held to."""
    return "no other version" if findings.champion is None else findings.champion.record.title
