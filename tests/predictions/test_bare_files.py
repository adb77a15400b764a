import pytest

from sru_ner.predictions.annotations import read_annotations
from sru_ner.predictions.bare_files import read_bare_pubtator, read_bare_table

LINES = (
    "7\t0\t6\tBromax\tdrug\tMESH:1\n7\t28\t32\tBRX1\tgene\n\n8\t0\t10\tMarn fever\tdisease\t-\n"
    "7\tCID\tMESH:1\tMESH:2\n8\t14\t18\tmice\n"
)


def spans(documents):
    return {
        document.id: [(m.start, m.end, m.text, m.type, m.line) for m in document.mentions]
        for document in documents
    }


def test_mention_lines_without_titles_are_documents_without_texts(tmp_path):
    path = tmp_path / "bern.txt"
    path.write_text(LINES)
    reading = read_bare_pubtator(path)
    # The relation is noted and the line without a type is refused, with their lines.
    assert [(i.reason, i.line) for i in reading.incidents] == [
        ("relation", 5), ("malformed_line", 6),
    ]  # fmt: skip
    found = read_annotations(path)
    assert (found.reader, found.has_text) == ("pubtator", False)
    assert {document.text for document in found.documents.values()} == {""}
    assert spans(found.documents.values()) == {
        "7": [(0, 6, "Bromax", "drug", 1), (28, 32, "BRX1", "gene", 2)],
        "8": [(0, 10, "Marn fever", "disease", 4)],
    }
    assert found.refused == {"malformed_line": 1}


def test_documents_of_a_folder_have_their_files(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"{name}\t0\t6\tBromax\tdrug\n")
    assert [(d.id, d.part) for d in read_bare_pubtator(tmp_path).documents] == [
        ("a", "a.txt"), ("b", "b.txt"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [
        "7|t|Bromax eases.\n7\t0\t6\tBromax\tdrug\n",
        "7\t0\t6\tBromax\tdrug\n8|t|Bromax eases.\n",
        "Bromax\tB-Drug\neases\tO\n",
        "7\t0\t6\tBromax\n",
        "7\tzero\t6\tBromax\tdrug\n",
        "\n",
    ],
)
def test_files_with_titles_or_other_lines_are_not_of_this_kind(tmp_path, content):
    path = tmp_path / "other.txt"
    path.write_text(content)
    assert read_bare_pubtator(path) is None


def test_a_file_that_is_no_text_is_not_of_this_kind(tmp_path):
    path = tmp_path / "binary"
    path.write_bytes(b"PAR1\xff\xfe\n7\t0\t6\tBromax\tdrug\n")
    assert read_bare_pubtator(path) is None
    path.write_bytes(b"\xef\xbb\xbf\n7\t0\t6\tBromax\tdrug\n")
    assert spans(read_bare_pubtator(path).documents) == {"7": [(0, 6, "Bromax", "drug", 2)]}


def test_a_table_with_texts_is_not_of_the_other_kind(tmp_path):
    path = tmp_path / "spans.csv"
    path.write_text("document_id,start,end,type\n7,0,6,drug\n8,,,\n")
    assert spans(read_bare_table(path).documents) == {"7": [(0, 6, "", "drug", 2)], "8": []}
    path.write_text("document_id,start,end,type,text\n7,0,6,drug,Bromax\n")
    assert read_bare_table(path) is None


def test_a_lone_quotation_mark_of_a_table_with_tabs_joins_no_rows(tmp_path):
    path = tmp_path / "spans.tsv"
    path.write_text('doc_id\tbegin\tend\tlabel\tspan\n7\t0\t4\tX\t"Bro\n8\t0\t4\tX\tMarn\n')
    found = spans(read_bare_table(path).documents)
    assert found == {"7": [(0, 4, '"Bro', "X", 2)], "8": [(0, 4, "Marn", "X", 3)]}
    path.write_text('document_id,start,end,type,quote\n"7, a",0,4,X,"a ""b"\n')
    assert spans(read_bare_table(path).documents) == {"7, a": [(0, 4, 'a "b', "X", 2)]}
