"""Write into the how-to how long all of PubMed would take: `python -m bench.cost`.

The speed comes from `reports/bench.json`.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.at_scale import LENGTH, RATE
from sru_ner.errors import InputError, SruNerError
from sru_ner.files import read_json, write_text
from sru_ner.rendering.markdown import markdown_table
from tools.page_block import with_block

ABSTRACTS = 38_000_000
"""Approximate number of articles in PubMed's baseline, counted as if each had an abstract."""
CORES_OF_A_GPU = 40
"""Number of the measured cores that one GPU is assumed to be worth. Not measured."""
DOLLARS = 0.05
"""Price of a core for an hour, assumed: about what clouds ask for one that is not reserved."""
PAGE = Path("docs/how-to/annotate-pubmed.md")
_REMEDY = "measure it: python -m bench at_scale"
BEGIN, END = "<!-- cost: begin, by python -m bench.cost -->", "<!-- cost: end -->"


def cost_table(rows: Mapping[str, Mapping[str, Any]], device: str) -> str:
    """Return the extrapolated times as Markdown. rows: the rows of `bench.json` by name."""
    rate, length = rows[RATE]["value"], rows[LENGTH]["value"]
    core_hours = ABSTRACTS * length / rate / 3600
    gpu = f"1 GPU, **assumed** to be worth {CORES_OF_A_GPU} such cores (not measured)"
    setups = [("1 core", 1), ("16 cores", 16), ("128 cores", 128), (gpu, CORES_OF_A_GPU)]
    text = (
        f"Measured: {rate:.0f} sentences/s on one core (MiniLM, default precision; {device}, commit"
        f" {rows[RATE]['commit']}), {length:.1f} sentences per abstract, title included.\n\n"
        f"Extrapolated to {ABSTRACTS / 1e6:.0f} million articles, as if each had an abstract of"
        " that length and cores did not slow each other down:\n\n"
    )
    cells = [(name, f"{rate * n:,.0f}", _duration(core_hours / n)) for name, n in setups]
    headings = ("machine", "sentences/s", "all of PubMed")
    price = (
        f"\nOn any number of cores, these are {core_hours:,.0f} core hours:"
        f" {core_hours * DOLLARS:,.0f} dollars, if a core costs {DOLLARS} dollars an hour"
        " (**assumed**).\n"
    )
    return text + markdown_table(headings, cells, numbers=2) + price


def _duration(hours: float) -> str:
    return f"{hours / 24:,.1f} days" if hours >= 48 else f"{hours:,.1f} hours"


def main(reports: Path = Path("reports")) -> None:
    """Write the table of costs, from the report, into the page. Raises `InputError`."""
    rows = read_json(reports / "bench.json", remedy=_REMEDY)
    named = {row["name"]: row for row in rows}
    missing = [name for name in (RATE, LENGTH) if name not in named]
    if missing:
        raise InputError(
            f"the report has no row {missing[0]!r}",
            path=reports / "bench.json",
            remedy=_REMEDY,
        )
    machine = read_json(reports / "bench" / "machine.json", remedy=_REMEDY)
    table = cost_table(named, machine["device"])
    write_text(PAGE, with_block(PAGE.read_text(encoding="utf-8"), BEGIN, END, table, path=PAGE))
    print(table)


if __name__ == "__main__":
    try:
        main()
    except SruNerError as error:
        sys.exit(f"bench: {error}")
