import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from sru_ner.rendering.csv_text import csv_text

cells = st.text(st.sampled_from('ab ,"\n\r…'), max_size=6)
rows = st.lists(st.tuples(cells, cells, cells), max_size=5)


@given(rows)
def test_a_reader_of_csv_finds_the_cells(rows):
    text = csv_text(["one", "two", "three"], rows)
    found = list(csv.reader(io.StringIO(text, newline="")))
    assert found == [["one", "two", "three"], *map(list, rows)]


def test_line_ends_quotes_and_missing_values():
    rows = [(1, None, "a, b"), (0.5, "", 'say "x"')]
    assert csv_text(("n", "m", "t"), rows) == 'n,m,t\n1,,"a, b"\n0.5,,"say ""x"""\n'


def test_no_rows():
    assert csv_text(["one", "two"], []) == "one,two\n"
