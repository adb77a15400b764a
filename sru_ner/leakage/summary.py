"""Summary of the leakage between sources: CSV, Markdown and a heat map, without corpus text."""

from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

import numpy as np

from sru_ner.dataset.schema import SPLITS
from sru_ner.files import write_text
from sru_ner.leakage.pairs import KINDS, Leakage
from sru_ner.rendering.amounts import percent
from sru_ner.rendering.csv_text import csv_text
from sru_ner.rendering.heatmap import draw_heatmap
from sru_ner.rendering.markdown import markdown_table

_Splits = tuple[str, str, str, str]  # learned, its split, tested, its split


@dataclass(frozen=True, slots=True)
class Row:
    """Overlap of a learned split with a tested split of the same source or another."""

    learned: str
    learned_split: str
    tested: str
    tested_split: str
    documents: int
    """Number of tested documents."""
    overlapping: int
    """Number of overlapping tested documents; each is in one count below, by its strongest kind."""
    text: int
    near: int
    part: int
    same_id: int
    """Number of overlapping documents that have the identifier of one they overlap with."""
    learned_documents: int
    """Number of learned documents that overlap with a tested one."""


def overlap_rows(leakage: Leakage) -> list[Row]:
    """Return a row for each pair of splits that overlap, sorted by sources and splits."""
    groups: dict[_Splits, list[dict]] = {}
    for pair in leakage.pairs.to_pylist():
        key = (pair["learned"], pair["learned_split"], pair["tested"], pair["tested_split"])
        groups.setdefault(key, []).append(pair)
    sizes = leakage.sizes()
    rows = [_row(key, pairs, sizes[key[2], key[3]]) for key, pairs in groups.items()]
    place = SPLITS.index
    return sorted(
        rows,
        key=lambda r: (r.learned, r.tested, place(r.learned_split), place(r.tested_split)),
    )


def _row(key: _Splits, pairs: Sequence[dict], documents: int) -> Row:
    strength = list(KINDS)
    strongest: dict[str, int] = {}
    for pair in pairs:
        rank = strength.index(pair["kind"])
        document = pair["tested_document"]
        strongest[document] = min(rank, strongest.get(document, rank))
    ranks = list(strongest.values())
    learned, learned_split, tested, tested_split = key
    return Row(
        learned=learned,
        learned_split=learned_split,
        tested=tested,
        tested_split=tested_split,
        documents=documents,
        overlapping=len(strongest),
        text=ranks.count(strength.index("text")),
        near=ranks.count(strength.index("near")),
        part=ranks.count(strength.index("part")),
        same_id=len({pair["tested_document"] for pair in pairs if pair["same_id"]}),
        learned_documents=len({pair["learned_document"] for pair in pairs}),
    )


def as_csv(leakage: Leakage) -> str:
    """Return the rows of `overlap_rows` as CSV."""
    names = [field.name for field in fields(Row)]
    return csv_text(names, map(astuple, overlap_rows(leakage)))


@dataclass(frozen=True, slots=True)
class Grid:
    """Overlap of learned sources (rows) with the tested split of sources (columns)."""

    split: str
    learned: tuple[str, ...]
    tested: tuple[str, ...]
    overlapping: tuple[tuple[int, ...], ...]
    """Number of tested documents that overlap with train or dev of the row's source."""
    documents: tuple[int, ...]
    """Number of tested documents of each column."""

    def share(self, row: int, column: int) -> float:
        """Return the share of tested documents that overlap, 0 to 1."""
        return self.overlapping[row][column] / max(1, self.documents[column])


def grid(leakage: Leakage, split: str) -> Grid:
    """Count the overlap of train and dev of each source with a tested split of each source."""
    sizes = leakage.sizes()
    tested = tuple(source for source in leakage.sources if (source, split) in sizes)
    learned = tuple(source for source in leakage.sources if (source, "train") in sizes)
    seen: dict[tuple[str, str], set[str]] = {}
    columns = ("learned", "tested", "tested_split", "tested_document")
    pairs = zip(*(leakage.pairs[name].to_pylist() for name in columns), strict=True)
    for one, other, other_split, document in pairs:
        if other_split == split:
            seen.setdefault((one, other), set()).add(document)
    return Grid(
        split=split,
        learned=learned,
        tested=tested,
        overlapping=tuple(
            tuple(len(seen.get((one, other), ())) for other in tested) for one in learned
        ),
        documents=tuple(sizes[source, split] for source in tested),
    )


def as_markdown(leakage: Leakage) -> str:
    """Return a Markdown table for each tested split: overlapping documents and their share."""
    parts = [
        "# Leakage: tested documents that overlap with documents to learn from\n",
        "Rows: sources, with their train and dev splits. Columns: sources, with their tested"
        " documents. Cells: tested documents, and their share, that are the same as a document of"
        " the row, a near-duplicate of it, contained in it or contain it. In corpora of sentences,"
        " each sentence is a document.\n",
    ]
    for split in ("test", "dev"):
        found = grid(leakage, split)
        heads = [
            f"{name} ({size:,})" for name, size in zip(found.tested, found.documents, strict=True)
        ]
        rows = []
        for i, name in enumerate(found.learned):
            cells = [
                f"{count:,} ({percent(found.share(i, j))}%)" if count else ""
                for j, count in enumerate(found.overlapping[i])
            ]
            rows.append([name, *cells])
        table = markdown_table(["learned \\ tested", *heads], rows, numbers=len(heads))
        parts += [f"## Tested on {split}\n", table]
    return "\n".join(parts)


def draw_grid(found: Grid, path: Path) -> None:
    """Draw the share of tested documents that overlap, as a PNG."""
    rows, columns = range(len(found.learned)), range(len(found.tested))
    longest = max(map(len, found.learned), default=0)
    draw_heatmap(
        path,
        np.array([[found.share(i, j) for j in columns] for i in rows]),
        [[f"{count:,}" if count else "·" for count in row] for row in found.overlapping],
        rows=found.learned,
        columns=[f"{name} ({n:,})" for name, n in zip(found.tested, found.documents, strict=True)],
        row_label="learned from: train and dev",
        column_label=f"tested on: {found.split} split (documents)",
        bar_label="share of the tested documents (%)",
        title="Tested documents that overlap with documents to learn from",
        size=(1.8 + 0.08 * longest + 0.72 * len(columns), 2.4 + 0.4 * len(rows)),
        colours="OrRd",
        zero_colour="#999999",
    )


def write_summary(folder: Path, leakage: Leakage) -> None:
    """Write `leakage.csv`, `leakage.md` and `leakage.png` into a folder."""
    write_text(folder / "leakage.csv", as_csv(leakage))
    write_text(folder / "leakage.md", as_markdown(leakage))
    draw_grid(grid(leakage, "test"), folder / "leakage.png")
