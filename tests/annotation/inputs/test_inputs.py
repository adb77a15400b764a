import gzip
import json
import sys
from pathlib import Path, PurePath

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.annotation.documents import Passage, TextDocument
from sru_ner.annotation.inputs import SUFFIXES, find_input, guess_input, parquet
from sru_ner.annotation.inputs.source import Columns, Source, find_sources
from sru_ner.corpora.incidents import Incidents
from sru_ner.errors import InputError, UnknownNameError

PUBTATOR = "7|t|IL-2 in mice\n7|a|It binds.\n7\t0\t4\tIL-2\tGene\nstray line\n\n8|t|Mice\n8|a|\n"
BIOC = (
    "<collection><document><id>7</id><passage><offset>0</offset><text>IL-2 in mice</text></passage>"
    "<passage><offset>13</offset><text>It binds.</text></passage></document>"
    "<document><id>8</id></document></collection>"
)


def read(path: Path, columns: Columns | None = None) -> tuple[list[TextDocument], Incidents]:
    source, incidents = Source(path, path.name), Incidents()
    format_ = find_input(guess_input(source))
    return list(format_.read(source, columns or Columns(), incidents.add)), incidents


def write(path: Path, content: str | bytes) -> Path:
    content = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return path


@pytest.mark.parametrize("name", ["a.txt", "a.txt.gz"])
def test_a_line_of_text_is_a_document(tmp_path: Path, name: str) -> None:
    documents, _ = read(write(tmp_path / name, "\ufeffIL-2\u2028here\r\n\nmice"))
    assert [(d.id, d.text) for d in documents] == [
        ("a-000001", "IL-2\u2028here"),
        ("a-000002", ""),
        ("a-000003", "mice"),
    ]


def test_what_json_lines_say_beside_the_text_is_kept(tmp_path: Path) -> None:
    lines = ['{"pmid": 7, "text": "IL-2", "year": 1999, "spans": []}', "", "[1]", '{"text": 3}']
    documents, incidents = read(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert documents == [TextDocument("7", "IL-2", fields={"year": 1999, "spans": []})]
    assert incidents.counts == {"lines without a text left out": 2}
    assert incidents.first["lines without a text left out"].startswith(f"{tmp_path}/a.jsonl:3: ")


def test_json_that_is_a_record_a_line_is_told_from_bioc(tmp_path: Path) -> None:
    assert guess_input(Source(write(tmp_path / "a.json", '{"text": "x"}\n'), "a")) == "jsonl"
    bioc = write(tmp_path / "b.json", '{"documents": []}')
    assert guess_input(Source(bioc, "b")) == "bioc-json"
    for name in ("jsonl", "bioc-json"):
        assert ".json" in find_input(name).suffixes


def test_csv_columns_are_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", 'key,body,year\n7,"IL-2,\nhere",1999\n8,mice\n9,rats,\n')
    documents, incidents = read(path, Columns("body", "key"))
    assert documents == [
        TextDocument("7", "IL-2,\nhere", fields={"year": "1999"}),
        TextDocument("9", "rats", fields={"year": ""}),
    ]
    assert incidents.first == {
        "rows unlike the header left out": f"{path}:4: 2 fields, the header has 3"
    }
    with pytest.raises(InputError, match="no column 'text'; there are: key, body, year"):
        read(path)
    with pytest.raises(InputError, match="not UTF-8"):
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


def test_parquet_rows_are_read_by_row_group(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"id": ["7", None, "9"], "text": ["IL-2", "mice", None], "year": [1, 2, 3]})
    pq.write_table(table, path, row_group_size=2)
    documents, incidents = read(path)
    assert [(d.id, d.text, d.fields) for d in documents] == [
        ("7", "IL-2", {"year": 1}),
        ("a-000002", "mice", {"year": 2}),
    ]
    assert list(incidents.first.values()) == [f"{path}, row 3: no string under the key 'text'"]
    source = Source(path, path.name)
    assert parquet.row_groups(source) == 2
    assert parquet.further_columns(source, Columns()).names == ["year"]
    first = Source(path, path.name, row_group=0)
    assert [d.text for d in parquet.read(first, Columns(), incidents.add)] == ["IL-2", "mice"]
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read(write(tmp_path / "b.parquet", b"PAR1"))


def test_pubtator_and_bioc_give_passages_and_no_mentions(tmp_path: Path) -> None:
    passages = (Passage(0, "title"), Passage(13, "abstract"))
    wanted = TextDocument("7", "IL-2 in mice It binds.", passages)
    documents, incidents = read(write(tmp_path / "a.pubtator", PUBTATOR))
    assert documents == [wanted, TextDocument("8", "Mice")]
    assert incidents.counts == {"malformed lines left out": 1}
    documents, incidents = read(write(tmp_path / "a.xml.gz", BIOC))
    assert documents == [wanted]
    assert incidents.counts == {"malformed documents left out": 1}
    record = {"id": "7", "passages": [{"offset": 0, "text": "IL-2"}]}
    documents, _ = read(write(tmp_path / "a.json", json.dumps({"documents": [record]})))
    assert documents == [TextDocument("7", "IL-2")]


XML = (
    '<collection><document><id>7</id><infon key="journal">Gut</infon><infon key="year">1999</infon>'
    '<passage><infon key="type">front</infon><offset>0</offset><text></text></passage>'
    '<passage><infon key="type">heading</infon><offset>0</offset><text>IL-2</text></passage>'
    "<passage><offset>5</offset><text>Mice.</text></passage>"
    '<passage><infon key="type">ref</infon><offset>3</offset><text>Rats.</text></passage>'
    "</document></collection>"
)
JSON = {
    "id": "7",
    "infons": {"journal": "Gut", "year": "1999"},
    "passages": [
        {"offset": 0, "infons": {"type": "front"}},
        {"offset": 0, "infons": {"type": "heading"}, "text": "IL-2"},
        {"offset": 5, "infons": {"type": 3}, "text": "Mice."},
        {"offset": 3, "infons": {"type": "ref"}, "text": "Rats."},
    ],
}


@pytest.mark.parametrize("name", ["a.xml", "a.json"])
def test_bioc_keeps_infons_and_types_of_passages_and_notes_those_it_moves(
    tmp_path: Path, name: str
) -> None:
    path = write(tmp_path / name, XML if name == "a.xml" else json.dumps({"documents": [JSON]}))
    [document], incidents = read(path)
    passages = (Passage(0, "heading"), Passage(5, "abstract"), Passage(11, "ref"))
    fields = {"journal": "Gut", "year": "1999"}
    assert document == TextDocument("7", "IL-2 Mice. Rats.", passages, fields)
    assert incidents.first == {
        "passages put behind the text before them, not where their offset says": (
            f"{path}:1: offset 3 is not behind the text before it"
        )
    }


def test_standard_input_is_text_unless_said_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [source] = find_sources(["-"], SUFFIXES)
    assert guess_input(source) == "text"
    with write(tmp_path / "a.txt", "IL-2\n").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        [document] = find_input("text").read(source, Columns(), Incidents().add)
    assert document.id == "stdin-000001"


def test_parquet_comes_through_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"text": ["IL-2"]}), tmp_path / "a.parquet")
    with (tmp_path / "a.parquet").open() as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        [document] = parquet.read(Source(None, "stdin"), Columns(), Incidents().add)
    assert (document.id, document.text) == ("stdin-000001", "IL-2")


def test_folders_and_globs_stand_for_their_files(tmp_path: Path) -> None:
    for name in ("b/x.txt", "b/deep/y.jsonl.gz", "b/.hidden.txt", "b/_shards/z.txt", "b/notes.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [s.name for s in find_sources([str(tmp_path / "b")], SUFFIXES)] == [
        "deep/y.jsonl.gz",
        "x.txt",
    ]
    assert [s.name for s in find_sources([f"{tmp_path}/b/*.md"], SUFFIXES)] == ["notes.md"]
    for wrong, message in (
        ("nowhere.txt", "nowhere.txt: no such file or folder"),
        (f"{tmp_path}/*.txt", "no file matches"),
        (f"{tmp_path}/b/_shards", "no file in here"),
    ):
        if wrong.endswith("_shards"):
            (tmp_path / "b/_shards/z.txt").unlink()
        with pytest.raises(InputError, match=message):
            find_sources([wrong], SUFFIXES)
    twice = [str(tmp_path / "b"), str(tmp_path / "b/x.txt")]
    with pytest.raises(InputError, match=r"x\.txt: named twice"):
        find_sources(twice, SUFFIXES)


def test_what_was_written_is_no_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("corpus/out")
    out.mkdir(parents=True)
    for name in ("corpus/a.txt", "corpus/out/a.jsonl", "corpus/out.jsonl", "corpus/outer.txt"):
        Path(name).touch()
    for given in ("corpus", "corpus/**", str(tmp_path / "corpus")):
        found = [s.name for s in find_sources([given], SUFFIXES, output=out)]
        assert found == ["a.txt", "out.jsonl", "outer.txt"]
        found = [s.name for s in find_sources([given], SUFFIXES, output=Path("corpus/out.jsonl"))]
        assert [Path(name).name for name in found] == ["a.txt", "a.jsonl", "outer.txt"]
    with pytest.raises(InputError, match="lies in the output folder"):
        find_sources(["corpus/out"], SUFFIXES, output=out)


def test_the_work_grows_with_the_number_of_files_not_its_square(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        (tmp_path / f"{number}.txt").touch()
    compared = 0
    equal = PurePath.__eq__

    def counted(one: PurePath, other: object) -> bool:
        nonlocal compared
        compared += 1
        return equal(one, other)

    monkeypatch.setattr(PurePath, "__eq__", counted)
    assert len(find_sources([str(tmp_path)], SUFFIXES)) == 100
    assert compared < 1000


def test_unknown_formats_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="there is no input format 'bioc'"):
        find_input("bioc")
    with pytest.raises(InputError, match="the name does not tell the format"):
        guess_input(Source(tmp_path / "a.md", "a.md"))
