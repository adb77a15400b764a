import shutil
from pathlib import Path

import pytest

from sru_ner.corpora.detect import detect_format
from sru_ner.corpora.readers import i2b2_con
from sru_ner.errors import InputError

TEXT = "Admission  Date :\r\n\r\nThe \U0001d6fc IL-2 gene\tof   mice\nwas read .\n"
CONCEPTS = (
    'c="the \U0001d6fc il-2 gene" 3:0 3:3||t="treatment"\r\n'
    'c="gene of mice was" 3:3 4:0||t="problem"\n'
    'c="said "read" ." 4:1 4:2||t="test"\n'
    'c="mice" 3:5 3:5||t="test"||a="present"\n'
    'c="mice" 3:2 3:2||t="test"\n'
    'c="mice" 3:9 3:9||t="test"\n'
    'c="mice" 0:0 3:5||t="test"\n'
    'c="mice" 4:0 3:0||t="test"\n'
    "concept: mice\n"
)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="")
    return path


def read(path, **options):
    return i2b2_con.read(path, name="unused", options=i2b2_con.Options(**options))


@pytest.fixture
def corpus(tmp_path):
    write(tmp_path / "c" / "txt" / "1.txt", TEXT)
    write(tmp_path / "c" / "concept" / "1.con", CONCEPTS)
    return tmp_path / "c"


def test_places_are_lines_and_words(corpus):
    assert detect_format(corpus).reader == "i2b2_con"
    reading = read(corpus)
    (document,) = reading.documents
    assert (document.id, document.text, document.part) == ("1", TEXT, "concept/1.con")
    assert [(m.text, m.type, m.line, m.refusal) for m in document.mentions] == [
        ("The \U0001d6fc IL-2 gene", "treatment", 1, None),
        ("gene\tof   mice\nwas", "problem", 2, None),
        ('said "read" .', "test", 3, "quotes_another_text"),
        ("mice", "test", 4, None),
        ("mice", "test", 5, "quotes_another_text"),
        ("mice", "test", 6, "past_the_end"),
        ("mice", "test", 7, "past_the_end"),
        ("mice", "test", 8, "empty"),
    ]
    assert all(TEXT[m.start : m.end] == m.text for m in document.mentions if not m.refusal)
    assert [(i.outcome, i.reason, i.line) for i in reading.incidents] == [
        ("refused", "malformed_line", 9)
    ]


def test_archive_is_read_like_its_folder(corpus, tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "gztar", corpus))
    assert detect_format(archive).reader == "i2b2_con"
    assert read(archive) == read(corpus)


def test_texts_and_concepts_are_paired_by_name(corpus):
    write(corpus / "txt" / "2.txt", "No concepts")
    write(corpus / "concept" / "3.con", 'c="a" 1:0 1:0||t="x"\nc="b" 1:1 1:1||t="x"\n')
    write(corpus / "other" / "1.txt", "Another text of this name")
    write(corpus / "other" / "4.txt", "zinc")
    write(corpus / "other" / "4.con", 'c="zinc" 1:0 1:0||t="x"\n')
    reading = read(corpus)
    assert [d.id for d in reading.documents] == ["4"]
    found = [(i.outcome, i.reason, i.part, i.mentions) for i in reading.incidents]
    assert ("refused", "no_text", "concept/1.con", 9) in found  # there are two texts 1.txt
    assert ("refused", "no_text", "concept/3.con", 2) in found
    assert ("noted", "no_annotations", "txt/2.txt", 0) in found


def test_errors(tmp_path):
    write(tmp_path / "x" / "1.txt", "text")
    with pytest.raises(InputError, match=r"there is no text \(\.txt\) with concepts \(\.con\)"):
        read(tmp_path / "x")
    write(tmp_path / "x" / "1.con", 'c="text" 1:0 1:0||t="x"\n')
    (tmp_path / "x" / "1.txt").write_bytes(b"na\xefve")
    with pytest.raises(InputError, match="--option encoding=cp1252"):
        read(tmp_path / "x")
    assert read(tmp_path / "x", encoding="cp1252").documents[0].text == "na\u00efve"
