import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.rendering.csv_text import csv_text, inert

cells = st.text(st.sampled_from('ab ,"\n\r…=-'), max_size=6)
rows = st.lists(st.tuples(cells, cells, cells), max_size=5)


@given(rows)
def test_a_reader_of_csv_finds_the_cells(rows):
    text = csv_text(["one", "two", "three"], rows)
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found == [["one", "two", "three"], *(list(map(inert, row)) for row in rows)]


def test_line_ends_quotes_and_missing_values():
    rows = [(1, None, "a, b"), (0.5, "", 'say "x"')]
    assert csv_text(("n", "m", "t"), rows) == 'n,m,t\n1,,"a, b"\n0.5,,"say ""x"""\n'


def test_no_rows():
    assert csv_text(["one", "two"], []) == "one,two\n"


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=HYPERLINK(A1)", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-"],
)
def test_a_spreadsheet_computes_no_cell(cell):
    (found,) = csv.DictReader(io.StringIO(csv_text(["text"], [[cell]]), newline=""))
    assert found["text"] == f"'{cell}"


def test_numbers_and_other_texts_stay():
    cells = ["-1", "+0.25", "-1.5e-07", "-.5", "a=b", " =1", "", "'=1"]
    assert list(map(inert, cells)) == cells
    assert csv_text(["n", "m"], [(-1, -0.5)]) == "n,m\n-1,-0.5\n"
