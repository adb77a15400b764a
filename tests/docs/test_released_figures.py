"""The pages' figures of the released model are those of its committed report."""

import re
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).parents[2]
CORPORA = {
    "tmVar 3": "tmvar3",
    "NLM-Gene": "nlm_gene",
    "GNormPlus": "gnormplus",
    "BioRED": "biored",
    "NCBI-Disease": "ncbi_disease_pubtator",
    "BC5CDR": "bc5cdr_pubtator",
    "LINNAEUS": "linnaeus_pubtator",
    "GENIA": "genia",
}


def reported() -> dict[tuple[str, str], str]:
    """Return F1 (%) with its interval, by corpus and type, as the README writes it."""
    table = pd.read_csv(ROOT / "reports/released_cpu/evaluation/intervals.csv")
    rows = table[(table["scope"] == "type") & (table["figure"] == "f1")]
    percent = 100 * rows[["value", "low", "high"]]
    return {
        place: f"{value:.1f} ({low:.1f}–{high:.1f})"
        for place, (value, low, high) in zip(
            zip(rows["tested"], rows["type"], strict=True), percent.to_numpy(), strict=True
        )
    }


def test_the_readme_has_the_figures_of_the_report() -> None:
    known, found = reported(), {}
    for line in (ROOT / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        for first in (0, 4):
            if len(cells) >= 7 and cells[first + 1] in CORPORA:
                type_ = cells[first] or found["type", first]
                found["type", first] = type_
                found[CORPORA[cells[first + 1]], type_] = cells[first + 2]
    figures = {place: text for place, text in found.items() if place[0] != "type"}
    assert len(figures) == 16
    assert figures == {place: known[place] for place in figures}


def test_the_comparison_has_the_figures_of_the_report() -> None:
    page = (ROOT / "docs/explanation/comparison.md").read_text(encoding="utf-8")
    row = re.search(r"\| `sru-ner-biomed-small` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", page)
    assert row
    known = reported()
    expected = [known["tmvar3", type_].split()[0] for type_ in ("Gene", "Disease", "Species")]
    assert list(row.groups()) == expected
