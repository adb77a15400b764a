from pathlib import Path

import pytest

from sru_ner.annotation.documents import TextDocument
from sru_ner.annotation.inputs.source import InputOptions
from sru_ner.errors import InputError
from tests.annotation.inputs.reading import read, write


def test_csv_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'key,body,year\n7,"IL-2,\nhere",1999\n8,mice\n9,rats,\n')
    documents, incidents = read(path, InputOptions("body", "key"))
    assert documents == [
        TextDocument("7", "IL-2,\nhere", fields={"year": "1999"}),
        TextDocument("9", "rats", fields={"year": ""}),
    ]
    assert incidents.first == {
        "rows unlike the header left out": f"{path}:4: 2 fields, the header has 3"
    }
    with pytest.raises(InputError, match="no column 'text'; the columns are: key, body, year"):
        read(path)
    with pytest.raises(InputError, match=r"the file is not UTF-8.*\n.*--encoding cp1252"):
        read(write(tmp_path / "b.csv", b"text\nna\xefve\n"))


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.tsv.gz"])
def test_a_table_of_one_column_keeps_what_stands_between_fields_elsewhere(
    tmp_path: Path, name: str
) -> None:
    content = 'text\nIL-2, in; mice\n"rats, ""old""\nand new"\nmice\n'
    documents, incidents = read(write(tmp_path / name, content))
    assert [d.text for d in documents] == ["IL-2, in; mice", 'rats, "old"\nand new', "mice"]
    assert incidents.counts == {}


def test_tabs_stand_between_the_fields_of_tsv(tmp_path: Path) -> None:
    header = "text\tyear, month, day\n"
    documents, _ = read(write(tmp_path / "a.tsv", f"{header}IL-2, mice\t1999\n"))
    assert documents == [
        TextDocument("a-000001", "IL-2, mice", fields={"year, month, day": "1999"})
    ]


def test_a_lone_quotation_mark_joins_no_rows(tmp_path: Path) -> None:
    content = 'id\ttext\n1\t"Aspirin is a drug\n2\tSecond text"\n3\t"in" mice\n'
    documents, incidents = read(write(tmp_path / "a.tsv", content))
    assert [(d.id, d.text) for d in documents] == [
        ("1", '"Aspirin is a drug'),
        ("2", 'Second text"'),
        ("3", '"in" mice'),
    ]
    assert incidents.counts == {}
    documents, incidents = read(
        write(tmp_path / "a.csv", content.replace("\t", ",").partition("3,")[0])
    )
    assert [d.id for d in documents] == ["1"]
    reason = "rows of several lines that look like rows themselves: a quotation mark may be missing"
    assert incidents.first == {reason: f"{tmp_path / 'a.csv'}:2"}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
def test_other_encodings(tmp_path: Path, encoding: str) -> None:
    for name, between in (("a.csv", ","), ("a.tsv", "\t")):
        content = f"id{between}text\r\n1{between}na\u00efve\r\n"
        path = write(tmp_path / name, content.encode(encoding))
        documents, _ = read(path, InputOptions(encoding="cp1252"))
        assert [(d.id, d.text) for d in documents] == [("1", "na\u00efve")]
