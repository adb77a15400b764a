import csv
import shutil
from pathlib import Path

import pytest
from hypothesis import example, given
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
        ("document_id,start,end,type\n", "no document in this file", None),
        ("document_id,start,end,type\n7,0,1,X\n", "7 has neither a text nor an existing file", 2),
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
# A mark at the beginning belongs to the encoding, not to the text: `test_marks.py` tests it.
TEXT = TEXT.filter(lambda text: not text.startswith("\ufeff"))


@example("\r", "\t")
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


def corpus(folder, tables, texts):
    for name, content in {**tables, **texts}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="")
    return folder


TEXTS = {
    "txt-files/train/7.txt": 'Zinc "in"\r\nmice',
    "txt-files/train/8.txt": "Iron",
    "txt-files/train/9.txt": "No row names me",
}


@pytest.mark.parametrize(
    "header",
    [
        "tweet_id\tbegin\tend\ttype\textraction",  # ProfNER
        "document_id\tstart\tend\tlabel\ttext",
        "filename\toff0\toff1\tlabel\tspan",
        "Doc_ID\tstart_offset\tend_offset\tTag\tmention",
    ],
)
def test_texts_in_other_files_are_found_by_the_documents_name(tmp_path, header):
    rows = '7\t0\t4\tX\tZinc\n7\t5\t9\tY\t"in"\n8\t0\t4\tX\tIron\n'
    folder = corpus(tmp_path / "c", {"ner/train.tsv": f"{header}\n{rows}"}, TEXTS)
    reading = spans_csv.read(folder, name="x", options=spans_csv.Options())
    first, second = reading.documents
    assert (first.id, first.text) == ("7", 'Zinc "in"\r\nmice')
    assert quoted(first) == [("Zinc", "X", 2), ('"in"', "Y", 3)]
    assert [m.text for m in first.mentions] == ["Zinc", '"in"']
    assert quoted(second) == [("Iron", "X", 4)]
    # Nobody says whether the third text was annotated, so it is named.
    (noted,) = reading.incidents
    assert (noted.outcome, noted.reason, noted.part) == (
        "noted", "no_annotations", "txt-files/train/9.txt",
    )  # fmt: skip


def test_texts_are_shared_by_several_tables(tmp_path):
    tables = {
        "train.csv": "document_id,begin,end,label\n7,0,4,X\n",
        "dev.csv": "document_id,begin,end,label\n8,0,4,X\n9,0,2,Y\n",
    }
    reading = spans_csv.read(
        corpus(tmp_path / "c", tables, TEXTS), name="x", options=spans_csv.Options()
    )
    assert [d.id for d in reading.documents] == ["8", "9", "7"]
    assert not reading.incidents


def test_a_name_that_two_texts_have_is_refused(tmp_path):
    texts = {**TEXTS, "other/7.txt": "Lead"}
    tables = {"a.csv": "document_id,begin,end,label\n7,0,4,X\n8,0,4,X\n"}
    reading = spans_csv.read(
        corpus(tmp_path / "c", tables, texts), name="x", options=spans_csv.Options()
    )
    assert [d.id for d in reading.documents] == ["8"]
    assert ("refused", "no_text", 2) in [(i.outcome, i.reason, i.line) for i in reading.incidents]


@pytest.mark.parametrize("start", [0, 1])
def test_offsets_are_counted_as_the_tool_did_in_texts_with_a_mark(tmp_path, start):
    row = f"7\t{start}\t{start + 4}\tX\tZinc\n"
    tables = {"a.tsv": f"document_id\tstart\tend\ttype\tquote\n{row}"}
    folder = corpus(tmp_path / "c", tables, {"7.txt": "\ufeffZinc in mice"})
    reading = spans_csv.read(folder, name="x", options=spans_csv.Options())
    (document,) = reading.documents
    assert document.text == "Zinc in mice"
    assert quoted(document) == [("Zinc", "X", 2)]
    assert [i.reason for i in reading.incidents] == ["byte_order_mark"]


LONE = '1\t"Aspirin is a drug\t1\t8\tX\n2\tSecond text"\t0\t6\tX\n'


@pytest.mark.fault(
    "a lone quotation mark in TSV",
    before="it joined rows silently",
    now="no rows are joined",
)
def test_a_lone_quotation_mark_joins_no_rows_of_tsv(tmp_path):
    path = tmp_path / "a.tsv"
    path.write_text(f"document_id\ttext\tstart\tend\ttype\n{LONE}")
    first, second = read(path).documents
    assert (first.text, quoted(first)) == ('"Aspirin is a drug', [("Aspirin", "X", 2)])
    assert (second.text, quoted(second)) == ('Second text"', [("Second", "X", 3)])


@pytest.mark.fault(
    "a quotation mark in CSV that is not closed",
    before="it joined rows silently",
    now="the joined rows are noted with their line",
)
def test_rows_that_a_quotation_mark_joins_in_csv_are_noted(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text(
        "document_id,text,start,end,type\n" + LONE.replace("\t", ",") + '3,"a\nb",0,1,X\n'
    )
    reading = read(path)
    assert [d.id for d in reading.documents] == ["1", "3"]
    noted = [(i.outcome, i.reason, i.line) for i in reading.incidents if i.outcome == "noted"]
    assert noted == [("noted", "row_of_several_lines", 2)]
