from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sru_ner.rendering.markdown import markdown_table

cells = st.text(st.sampled_from("ab |&…"), max_size=6).map(str.strip)
rows = st.lists(st.tuples(cells, cells, cells), max_size=5)


@given(rows)
def test_a_reader_of_markdown_finds_the_cells(rows):
    parsed = MarkdownIt("js-default").parse(markdown_table(["one", "two", "three"], rows))
    found = [token.content for token in parsed if token.type == "inline"]
    assert found == ["one", "two", "three", *(cell for row in rows for cell in row)]


def test_numbers_are_right_aligned():
    table = markdown_table(["name", "value", "note"], [("a", 1, "b")], numbers=1, after=1)
    assert table == "| name | value | note |\n|---|---:|---|\n| a | 1 | b |\n"
