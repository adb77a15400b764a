import re

import pyarrow.parquet as pq
import pytest

from sru_ner.evaluation.contamination import NONE_KNOWN, find_contamination
from sru_ner.evaluation.report import write_report
from sru_ner.evaluation.scoring import count
from sru_ner.settings import Params

HOSTILE = "<script>alert(1)</script>"

ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001000105270d0a2db40000000049454e44ae426082"
)


@pytest.fixture
def params():
    return Params.model_validate(
        {
            "suite": "demo",
            "corpora": ["dis", "chem"],
            "harmonize": {},
            "train": {},
            "experiments": {
                "narrow": {"sources": ["dis"]},
                "wide": {"sources": ["dis", "chem"], "supervision": "closed"},
            },
            "evaluate": {"tested": ["dis", "chem"]},
            "assess": {"experiment": "wide"},
            "register": {"candidate": "wide"},
        }
    )


@pytest.fixture
def counts(decisions_of):
    return count(
        decisions_of(
            [
                {"model": "narrow", "tested": "dis", "predicted": True},
                {"model": "narrow", "tested": "chem", "type": HOSTILE, "known": False},
                {"model": "wide", "tested": "dis", "predicted": True},
                {"model": "wide", "tested": "dis", "start": 3, "end": 4},
                {"model": "wide", "tested": "chem", "type": HOSTILE, "predicted": True},
            ]
        )
    )


def test_the_folder_is_complete_and_the_same_every_time(tmp_path, counts, params):
    picture = tmp_path / "curves.png"
    picture.write_bytes(ONE_PIXEL)
    first, second = tmp_path / "first", tmp_path / "second"
    second.mkdir()
    (second / "left over").touch()
    for folder in (first, second):
        write_report(folder, counts, params, leaks=NONE_KNOWN, curves={"wide": picture})
    names = sorted(path.name for path in first.iterdir())
    assert names == [
        "counts.parquet",
        "heatmap.png",
        "index.html",
        "matrix.csv",
        "matrix.json",
        "matrix.md",
        "metrics.json",
    ]
    assert sorted(path.name for path in second.iterdir()) == names
    for name in names:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name
    assert pq.ParquetFile(first / "counts.parquet").read().equals(counts)
    assert (first / "heatmap.png").read_bytes().startswith(b"\x89PNG")


def test_the_page_needs_nothing_from_elsewhere_and_escapes_names(tmp_path, counts, params):
    picture = tmp_path / "curves.png"
    picture.write_bytes(ONE_PIXEL)
    write_report(tmp_path / "report", counts, params, leaks=NONE_KNOWN, curves={"wide": picture})
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    links = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert any(link.startswith("data:image/png;base64,") for link in links)
    assert all(link.startswith("data:") or (tmp_path / "report" / link).is_file() for link in links)
    assert not re.search(r"url\(|@import|https?:", page)


def test_the_page_shows_the_figures(tmp_path, counts, params):
    write_report(tmp_path / "report", counts, params, leaks=NONE_KNOWN, curves={})
    page = (tmp_path / "report" / "index.html").read_text(encoding="utf-8")
    assert page.count(">66.7</td>") >= 2
    assert 'title="narrow knows no type of chem, or was not run on it">n/a</td>' in page
    assert "Training curves" not in page
    # The encoder, the supervision and the sources of each model are named.
    assert re.search(r"wide</th><td>dis, chem</td><td>closed</td><td>separate</td>", page)


def test_contaminated_cells_are_marked_in_every_format(tmp_path, counts, params, leakage_of):
    pairs = [("dis", "train", name, "chem", name) for name in "pq"]
    leaks = find_contamination(leakage_of(pairs, ["dis", "chem"]), params)
    folder = tmp_path / "report"
    write_report(folder, counts, params, leaks=leaks, curves={})
    page, markdown, table = (
        (folder / name).read_text(encoding="utf-8")
        for name in ("index.html", "matrix.md", "matrix.csv")
    )
    assert '<span class="leak">† 2</span>' in page
    assert leaks.note in page
    assert "**100.0** † 2 |" in markdown
    assert leaks.note in markdown
    header, *rows = (line.split(",") for line in table.splitlines())
    marks = {tuple(row[:2]): row[header.index("overlapping_documents")] for row in rows}
    assert marks["wide", "chem"] == "2"
    assert marks["wide", "dis"] == "0"
    write_report(tmp_path / "clean", counts, params, leaks=NONE_KNOWN, curves={})
    pictures = [(path / "heatmap.png").read_bytes() for path in (folder, tmp_path / "clean")]
    assert pictures[0] != pictures[1]
