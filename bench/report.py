"""Rows of benchmark figures, the report made of them, and the earlier rows that still count."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sru_ner.files import write_json, write_text
from sru_ner.rendering.markdown import markdown_table

_IDENTITY = ("device", "threads", "packages")
"""What two runs must have in common for their rows to share a report."""


@dataclass(frozen=True, slots=True)
class Row:
    """One figure."""

    name: str
    value: float | None
    """None for a figure that could not be measured; `detail` says why."""
    unit: str
    required: str | None
    """`≥ 10` or `≤ 1.35`, in `unit`; None for a figure that is only shown."""
    holds: bool | None
    """Whether the value is as required; None if nothing is required."""
    detail: str
    """What was measured, how, and the figures behind the value."""
    commit: str = ""
    """Short name of the commit that was measured."""

    @property
    def figure(self) -> str:
        """Value and unit as text."""
        return "not measured" if self.value is None else f"{self.value:g} {self.unit}"

    @property
    def margin(self) -> float | None:
        """How many times better than required the value is; below 1 it does not hold.

        None if nothing is required or measured. A value of 0 is infinitely better than an upper
        limit.
        """
        if self.required is None or self.value is None:
            return None
        sign, limit = self.required.split()
        better, worse = self.value, float(limit)
        if sign == "≤":
            better, worse = worse, better
        return better / worse if worse else float("inf")


def at_least(name: str, value: float, limit: float, unit: str, detail: str) -> Row:
    """Make the row of a figure that must reach a limit."""
    return Row(name, _rounded(value), unit, f"≥ {limit:g}", bool(value >= limit), detail)


def at_most(name: str, value: float, limit: float, unit: str, detail: str) -> Row:
    """Make the row of a figure that must not exceed a limit; NaN does not hold."""
    return Row(name, _rounded(value), unit, f"≤ {limit:g}", bool(value <= limit), detail)


def shown(name: str, value: float, unit: str, detail: str) -> Row:
    """Make the row of a figure of which nothing is required."""
    return Row(name, _rounded(value), unit, None, None, detail)


def not_measured(name: str, reason: str) -> Row:
    """Make the row of a figure that could not be measured here."""
    return Row(name, None, "", None, None, " ".join(reason.split()))


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")


def kept_rows(reports: Path, machine: Mapping[str, Any]) -> list[Row]:
    """Read the rows of an earlier report; none if another machine or other packages made it."""
    try:
        before = json.loads(_machine_file(reports).read_text(encoding="utf-8"))
        rows = json.loads((reports / "bench.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    same = all(before.get(key) == machine.get(key) for key in _IDENTITY)
    return [Row(**row) for row in rows] if same else []


def merged(before: Sequence[Row], fresh: Sequence[Row]) -> list[Row]:
    """Merge rows by name: a fresh row takes the place of an older one of its name."""
    return list(({row.name: row for row in before} | {row.name: row for row in fresh}).values())


def write_report(reports: Path, rows: Sequence[Row], machine: Mapping[str, Any]) -> None:
    """Write `bench.json`, `bench.md` and `bench/machine.json` below `reports`."""
    drawn = {path.stem for path in (reports / "bench").glob("*.png")}
    write_json(_machine_file(reports), dict(machine))
    write_json(reports / "bench.json", [asdict(row) for row in rows])
    write_text(reports / "bench.md", as_markdown(rows, machine, drawn))


def commit_of(machine: Mapping[str, Any]) -> str:
    """Return the short commit for rows, with a note if the code differed from it."""
    return str(machine["git_commit"])[:7] + (" with changes" if machine["git_dirty"] else "")


def _machine_file(reports: Path) -> Path:
    return reports / "bench" / "machine.json"


def as_markdown(rows: Sequence[Row], machine: Mapping[str, Any], drawn: Collection[str]) -> str:
    """Return the report as a Markdown page. drawn: names of the pictures that exist."""
    lines = [
        "# Benchmarks",
        "",
        f"`make bench`, {machine['device']}, {machine['threads']} threads,"
        f" {machine['memory_gib']} GiB of memory, torch {machine['packages']['torch']}. Both sides"
        " of a ratio were measured in turns in one run; each figure has the commit that it is of.",
        "",
    ]
    lines.append(rows_table(rows))
    names = [f"`bench/{name}.png`" for name in ("figures", "scaling", "profile") if name in drawn]
    if names:
        lines.append(f"Pictures, which the run draws and git does not keep: {', '.join(names)}.")
    return "\n".join([*lines, ""])


def rows_table(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table, with their commits if they have any."""
    words = {True: "yes", False: "**no**", None: "–"}
    with_commits = any(row.commit for row in rows)
    cells = [
        (
            row.name,
            row.figure,
            row.required or "–",
            words[row.holds],
            *([row.commit] if with_commits else []),
            row.detail,
        )
        for row in rows
    ]
    commit = ("commit",) if with_commits else ()
    headings = ("figure", "value", "required", "holds", *commit, "how")
    return markdown_table(headings, cells, numbers=2, after=len(headings) - 3)
