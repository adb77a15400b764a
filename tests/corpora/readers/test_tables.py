import csv
import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sru_ner.corpora.readers.tables import Layout, find_layout, read_rows
from sru_ner.errors import InputError

FIELD = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
NASTY = st.lists(
    st.sampled_from([*'"",;\t\n\r ab', "\U0001d6fc", "\u200b", "\u2028"]), max_size=5
).map("".join)


def rows(content, delimiter="most_frequent", **found):
    layout = find_layout(io.StringIO(content, newline="\n"), delimiter)
    return [row for _, row in read_rows(io.StringIO(content, newline="\n"), "x", layout, **found)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@given(
    st.lists(st.lists(FIELD | NASTY, min_size=2, max_size=2).filter(any), min_size=1, max_size=4)
)
@example([["a", 'a\tb"c']])
def test_what_the_csv_module_writes_is_read(delimiter, table):
    names = {",": "comma", ";": "semicolon", "\t": "tab"}
    header = ["h1", "h2"]
    buffer = io.StringIO(newline="")
    # Of Python's own writer, only this style quotes a carriage return.
    style = csv.QUOTE_ALL if any("\r" in f for row in table for f in row) else csv.QUOTE_MINIMAL
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator="\n", quoting=style)
    writer.writerows([header, *table])
    if delimiter == "\t" and any(_ambiguous(field) for row in table for field in row):
        return
    assert rows(buffer.getvalue(), names[delimiter]) == [header, *table]


def _ambiguous(field):
    """Whether a field, written as CSV with tabs, has a line that is a row of two fields."""
    return "\r" in field or any(line.count("\t") == 1 for line in f"\t{field}".split("\n"))


@given(st.lists(st.lists(NASTY, min_size=2, max_size=2), min_size=1, max_size=5))
def test_tsv_keeps_every_quotation_mark_where_one_is_not_quoted(table):
    clean = [[f.translate({9: " ", 10: " ", 13: " "}) for f in row] for row in table]
    clean = [["x", 'a "lone mark'], *clean]
    content = "".join("\t".join(row) + "\n" for row in clean)
    assert rows(content, "tab") == [row for row in clean if any(row)]


@pytest.mark.parametrize(
    ("content", "quoted"),
    [
        ('"a"\t"b"\n"x"\t"y"\n', True),
        ('"a"\t"b"\n1\t"y"\n', True),
        ('a\tb\n"x"\t"y"\n', False),  # nothing in them needs quotation marks
        ('a\tb\n""\t"y\tz"\n', True),
        ('a\tb\nx\t"y ""z"""\n', True),
        ('a\tb\nx\t"two\nlines"\n', True),
        ('a\tb\nx\t"y" z\n', False),
        ('a\tb\nx\ty "z"\n', False),
        ('a\tb\nx\t"y\nz\tw"\n', False),  # a row of its own
        ('a\tb\nx\t"never closed\n', False),
        ("a\tb\nx\ty\n", False),
        ('text\n"rats, ""old""\nand new"\n', True),
    ],
)
def test_tsv_is_quoted_only_if_that_explains_every_mark(content, quoted):
    assert find_layout(content.splitlines(keepends=True), "tab") == Layout("\t", quoted)


def test_the_first_line_tells_where_the_rest_cannot_be_seen():
    assert find_layout(iter(['"a"\t"b"\n']), whole=False) == Layout("\t", True)
    assert find_layout(iter(["a\tb\n"]), whole=False) == Layout("\t", False)


def test_rows_that_may_be_joined_are_reported():
    merged = []
    assert len(rows('a,b\n1,"x\n2,y"\n3,"p\nq"\n', on_merged=merged.append)) == 3
    assert merged == [2]


def test_a_mark_that_is_never_closed_is_an_error_of_csv():
    with pytest.raises(InputError, match="cannot be read from here on") as caught:
        rows('a,b\n1,"x\n2,y\n')
    assert caught.value.line == 2


def test_a_carriage_return_ends_a_row_of_csv():
    assert rows('a,b\r1,"x\ry"\r') == [["a", "b"], ["1", "x\ry"]]
