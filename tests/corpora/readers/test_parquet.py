import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.corpora.readers import parquet
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SPLIT_TABLES, VERSION_KEY, table_path
from sru_ner.errors import InputError
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.tables import split_tables


def read(path, **options):
    return parquet.read(path, name="unused", options=parquet.Options(**options))


def of_split(split, source="chemicals"):
    return f"*/source={source}/split={split}/*"


@pytest.fixture
def root(harmonized, tmp_path) -> Path:
    """A folder of harmonised tables that a test may spoil."""
    return Path(shutil.copytree(harmonized, tmp_path / "harmonized"))


def write_as(table, version, path):
    pq.write_table(
        table.replace_schema_metadata({**table.schema.metadata, VERSION_KEY: version}), path
    )


def spoil(root, table, **columns):
    """Replace columns of the training split's table by what a function makes of their values."""
    path = table_path(root, table, "chemicals", "train")
    with pq.ParquetFile(path) as file:
        content = file.read()
    for name, change in columns.items():
        field = content.schema.field(name)
        values = [change(value) for value in content[name].to_pylist()]
        index = content.schema.get_field_index(name)
        content = content.set_column(index, field, pa.array(values, field.type))
    pq.write_table(content, path)


def test_tables_are_read_as_they_were_written(root):
    reading = read(root, members=of_split("train"))
    assert not reading.incidents
    documents = Corpus(root, "chemicals").split("train").table("documents").to_pylist()
    assert [(d.id, d.text) for d in reading.documents] == [
        (row["document_id"], row["text"]) for row in documents
    ]
    spans = Corpus(root, "chemicals").split("train").table("spans").to_pylist()
    mentions = [mention for document in reading.documents for mention in document.mentions]
    assert [(m.start, m.end, m.text, m.type, m.line) for m in mentions] == [
        (row["start"], row["end"], row["text"], row["type"], i) for i, row in enumerate(spans, 1)
    ]
    words = [word for d in reading.documents for s in d.sentences for word in s.words]
    sentences = Corpus(root, "chemicals").split("train").table("sentences").to_pylist()
    assert words == [(w["start"], w["end"]) for row in sentences for w in row["words"]]


def test_harmonising_them_again_changes_nothing_but_their_origin(root):
    found = read(root, members=of_split("train")).documents
    again = [("x", convert(document, {"Chemical": "Chemical"})[0]) for document in found]
    tables = split_tables("chemicals", "train", again)
    for name in SPLIT_TABLES:
        before = Corpus(root, "chemicals").split("train").table(name).to_pylist()
        after = tables[name].to_pylist()
        for row in (*before, *after):
            row.pop("origin", None)
        assert after == before


def test_archive_is_read_like_its_folder(root, tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "tables"), "gztar", root))
    assert read(archive, members=of_split("dev")) == read(root, members=of_split("dev"))


def test_sentences_need_not_be_there(root):
    shutil.rmtree(root / "sentences")
    assert {d.sentences for d in read(root, members=of_split("train")).documents} == {None}


def test_splits_are_not_mixed(root):
    with pytest.raises(InputError, match="more than one source or split: chemicals/dev, chem"):
        read(root)


@pytest.mark.parametrize("table", ["documents", "spans"])
def test_missing_table_is_named(root, table):
    shutil.rmtree(root / table)
    with pytest.raises(InputError, match=f"the table of {table}"):
        read(root, members=of_split("train"))


def test_other_versions_and_columns_are_refused(root):
    path = table_path(root, "spans", "chemicals", "train")
    table = pq.read_table(path, partitioning=None)
    write_as(table, b"99", path)
    with pytest.raises(InputError, match="schema version 99"):
        read(root, members=of_split("train"))
    pq.write_table(pa.table({"text": ["a"]}), path)
    with pytest.raises(InputError, match="schema version none"):
        read(root, members=of_split("train"))
    pq.write_table(table.drop_columns("depth"), path)
    with pytest.raises(InputError, match="the columns are not those of spans"):
        read(root, members=of_split("train"))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(InputError, match="not a readable Parquet file"):
        read(root, members=of_split("train"))


def test_tables_of_version_1_are_migrated(root):
    path = table_path(root, "documents", "chemicals", "train")
    table = pq.read_table(path, partitioning=None).drop_columns("annotated_types")
    write_as(table, b"1", path)
    documents = read(root, members=of_split("train")).documents
    assert {d.annotated_types for d in documents} == {None}


def test_types_marked_in_a_document_are_kept(root):
    spoil(root, "documents", annotated_types=lambda _: ["Chemical"])
    documents = read(root, members=of_split("train")).documents
    assert {d.annotated_types for d in documents} == {("Chemical",)}


@pytest.mark.parametrize(
    ("table", "columns", "reason"),
    [
        ("documents", {"sha256": lambda _: "0" * 64}, "no document in it: the text does not"),
        ("sentences", {"start": lambda value: value - 1}, "the sentences are not ranges"),
        ("sentences", {"words": lambda value: value[::-1]}, "the words are not ranges"),
        ("sentences", {"document_id": lambda _: "x"}, "the sentences are not ranges"),
    ],
)
def test_broken_documents_are_left_out(root, table, columns, reason):
    spoil(root, table, **columns)
    with pytest.raises(InputError, match=reason):
        read(root, members=of_split("train"))


def test_mentions_without_a_document_or_a_place_are_counted(root):
    first = (
        Corpus(root, "chemicals").split("train").table("documents").to_pylist()[0]["document_id"]
    )
    spoil(
        root,
        "spans",
        document_id=lambda name: "gone" if name == first else name,
        start=lambda value: -1 if value == 0 else value,
    )
    reading = read(root, members=of_split("train"))
    assert {(i.reason, i.line, i.mentions) for i in reading.incidents} == {("no_document", 1, 1)}
    assert {m.refusal for d in reading.documents for m in d.mentions if m.start < 0} == {
        "negative_offset"
    }
