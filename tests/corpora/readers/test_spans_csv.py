import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.readers import spans_csv
from sru_ner.errors import InputError

FIXTURES = Path(__file__).parents[2] / "fixtures" / "spans_csv"
NAMED = {"document_id": "doc", "start": "from", "end": "to", "end_is": "inclusive"}


def read(path, **options):
    return spans_csv.read(FIXTURES / path, name="unused", options=spans_csv.Options(**options))


def quoted(document):
    return [(document.text[m.start : m.end], m.type, m.line) for m in document.mentions]


def test_text_stands_in_the_first_row_of_its_document():
    reading = read("plain.csv")
    first, second, third = reading.documents
    assert not reading.incidents
    assert [(d.id, d.line) for d in reading.documents] == [("7", 2), ("8", 5), ("9", 7)]
    assert first.text == 'IL-2 in "mice",\r\nNaïve β-cells'
    assert quoted(first) == [("IL-2", "Gene", 2), ("β-cells", "Cell", 4)]
    assert (second.text, second.mentions) == ("No gene here", ())
    assert quoted(third) == [("𝛼-actin", "Gene", 7)]


def test_text_stands_in_a_file_beside_the_table():
    reading = read("files.tsv", **NAMED)
    (document,) = reading.documents
    assert quoted(document) == [("IL-2", "Gene", 2), ("mice", "Species", 3)]
    # One name leads out of the folder, one file is not there.
    assert [(i.reason, i.line) for i in reading.incidents] == [("no_text", 4), ("no_text", 5)]


def test_archive_is_read_like_its_folder(tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "spans"), "zip", FIXTURES.parent))
    packed = read(archive, members="spans_csv/*.tsv", **NAMED)
    assert [d.mentions for d in packed.documents] == [
        d.mentions for d in read("files.tsv", **NAMED).documents
    ]


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "7.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "table.csv").write_text("document_id,file,start,end,type\n7,7.txt,0,6,X\n")
    with pytest.raises(InputError, match="7 has neither a text nor an existing file"):
        read(folder / "table.csv")


def test_columns_by_number_where_there_is_no_header(tmp_path):
    path = tmp_path / "table"
    path.write_text("zinc\tX\t0\t4\t7\n")
    numbers = {"document_id": 4, "text": 0, "start": 2, "end": 3, "type": 1}
    (document,) = read(path, header=False, **numbers).documents
    assert quoted(document) == [("zinc", "X", 1)]


def test_every_flaw_is_counted_with_its_line():
    reading = read("flawed.csv")
    (document,) = reading.documents
    assert [(i.reason, i.line) for i in reading.incidents] == [
        ("another_text", 3),
        ("malformed_line", 5),
        ("malformed_line", 6),
        ("malformed_line", 7),
        ("malformed_line", 10),
        ("malformed_line", 11),
        ("no_text", 12),
    ]
    assert [(m.line, m.refusal) for m in document.mentions] == [
        (2, None),
        (4, "negative_offset"),
        (8, "past_the_end"),
        (9, "empty"),
    ]


@pytest.mark.parametrize(
    ("content", "problem", "line"),
    [
        ("", "no column 'document_id'; the header names: none", 1),
        ("document_id,text,start,end\n", "no column 'type'; the header names: document_id, te", 1),
        ("document_id,start,end,type\n", "no column 'text'", 1),
        ("document_id,text,start,end,type\n", "no document in this file", None),
        (
            'document_id,text,start,end,type\n7,ab,0,1,X\n8,"ab,0,1,X\n',
            "table cannot be read from here on",
            3,
        ),
        ('document_id,text,start,end,type\n7,a"b"c"\n', "no document in this file", 2),
    ],
)
def test_what_is_no_table_is_an_error(tmp_path, content, problem, line):
    path = tmp_path / "table.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=problem) as caught:
        read(path)
    assert caught.value.line == line


def test_long_texts_are_read_and_the_library_is_left_as_it_was(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(f"document_id,text,start,end,type\n7,{'a' * 200_000},0,1,X\n")
    before = csv.field_size_limit()
    (document,) = read(path).documents
    assert (len(document.text), csv.field_size_limit()) == (200_000, before)


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(TEXT, st.sampled_from([",", ";", "\t"]))
def test_what_was_written_is_read(tmp_path_factory, text, delimiter):
    path = tmp_path_factory.mktemp("csv") / "table"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["document_id", "text", "start", "end", "type"])
        writer.writerow(["7", text, 0, len(text), "X"])
    (document,) = read(path).documents
    assert document.text == text
    assert [(m.start, m.end, m.text) for m in document.mentions] == [(0, len(text), text)]
