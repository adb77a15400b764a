import csv

import pytest
from matplotlib.image import imread

from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError
from sru_ner.inventories.exports import as_csv, as_html, as_markdown, as_text, write
from sru_ner.inventories.table import SourceInventories, tabulate


@pytest.fixture
def table():
    coarse = TypeInventory("coarse", ("Cell",), {"Cell": ("Cell_Line",)})
    fine = TypeInventory("fine", ("Cell_Line", "Drug"))
    return tabulate(
        [SourceInventories(coarse, (coarse,), {"Cell": 1234}), SourceInventories(fine, (fine,))]
    )


def test_text_has_a_sign_for_each_cell(table):
    *names, cell, line, drug, _, legend = as_text(table).splitlines()
    assert [name.split() for name in names] == [
        ["c"], ["o"], ["a", "f"], ["r", "i"], ["s", "n"], ["e", "e"],
    ]  # fmt: skip
    assert [row.split() for row in (cell, line, drug)] == [
        ["Cell", "●", "·"],
        ["Cell_Line", "○", "●"],
        ["Drug", "·", "●"],
    ]
    assert legend == "● annotated  ○ covered by a coarser type  · unknown"


def test_csv_and_markdown_say_the_same(table):
    rows = list(csv.DictReader(as_csv(table).splitlines()))
    assert len(rows) == 6
    covered = {"source": "coarse", "type": "Cell_Line", "status": "covered"}
    assert rows[1] == {**covered, "covered_by": "Cell", "mentions": "0"}
    assert rows[4]["mentions"] == ""
    header, _, first, second, *_ = as_markdown(table).splitlines()
    assert header == "| source | Cell | Cell_Line | Drug |"
    assert first == "| coarse | ● 1,234 | ○ in Cell | · |"
    assert second == "| fine | · | ● | ● |"


def test_page_needs_nothing_from_elsewhere(table):
    page = as_html(table)
    assert '<td class="covered">○ in Cell</td>' in page
    assert "http" not in page


def test_files_are_the_same_every_time(table, tmp_path):
    for ending in ("csv", "md", "html", "png"):
        for name in ("a", "b"):
            write(table, tmp_path / f"{name}.{ending}")
        assert (tmp_path / f"a.{ending}").read_bytes() == (tmp_path / f"b.{ending}").read_bytes()
    assert imread(tmp_path / "a.png").ndim == 3


def test_other_endings_are_refused(table, tmp_path):
    with pytest.raises(InputError, match=r"a\.pdf: the table has no such format\n.*\.csv, \.html"):
        write(table, tmp_path / "a.pdf")
