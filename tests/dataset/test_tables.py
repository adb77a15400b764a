import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.schema import SCHEMAS, VERSION_KEY, table_path
from sru_ner.dataset.tables import write_table
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError


def test_files_of_schema_version_1_are_migrated(root):
    expected = {name: Corpus(root, "one").table(name) for name in ("documents", "spans")}
    for path in root.rglob("part-0.parquet"):
        table = pq.ParquetFile(path).read()
        old = [name for name in ("annotated_types", "covers") if name in table.column_names]
        metadata = {**table.schema.metadata, VERSION_KEY: b"1"}
        pq.write_table(table.drop_columns(old).replace_schema_metadata(metadata), path)
    assert {s.annotated_types for s in Corpus(root, "one").split("test").sentences()} == {None}
    assert Corpus(root, "one").inventory() == TypeInventory("one", ("Cell_Line", "Gene"))
    for name, table in expected.items():
        found = Corpus(root, "one").table(name)
        assert found.equals(table)
        assert found.schema.equals(SCHEMAS[name], check_metadata=True)
    # Of version 1 by its mark alone: the columns of another file are not filled up.
    path = table_path(root, "documents", "one", "train")
    pq.write_table(pq.ParquetFile(path).read().drop_columns("origin"), path)
    with pytest.raises(InputError, match="not those of documents"):
        Corpus(root, "one").split("train").sentences()


def test_datasets_that_read_folder_names_agree(root):
    table = pq.read_table(root / "documents")
    assert sorted(table["source"].to_pylist()) == ["one"] * 3 + ["two"]


def test_other_schema_version_is_refused(root):
    path = table_path(root, "spans", "one", "train")
    table = pq.ParquetFile(path).read()
    for version in ("0", "3"):
        pq.write_table(table.replace_schema_metadata({VERSION_KEY: version.encode()}), path)
        problem = f"the file has schema version {version}, but this release reads 1, 2"
        message = rf"part-0\.parquet: {problem}\n.*sru-ner"
        with pytest.raises(InputError, match=message):
            Corpus(root, "one").split("train").sentences()


def test_other_columns_and_other_files_are_refused(root):
    path = table_path(root, "spans", "one", "train")
    table = pq.ParquetFile(path).read()
    pq.write_table(table.drop_columns("depth"), path)
    with pytest.raises(InputError, match="not those of spans"):
        Corpus(root, "one").split("train").sentences()
    path.write_bytes(b"PAR?")
    with pytest.raises(InputError, match="not a readable Parquet file"):
        Corpus(root, "one").split("train").sentences()


def test_nothing_but_the_schema_can_be_written(root):
    with pytest.raises((pa.ArrowInvalid, ValueError)):
        write_table(root, "spans", pa.table({"source": ["one"]}), "one", "dev")
    assert Corpus(root, "one").splits() == ["train", "test"]


def test_only_files_with_judged_places_have_their_column(root):
    path = table_path(root, "documents", "one", "train")
    assert "judged" not in pq.read_schema(path).names
    table = Corpus(root, "one").split("train").table("documents")
    assert table.schema.equals(SCHEMAS["documents"])
    [row, *others] = table.to_pylist()
    row["judged"] = [{"start": 0, "end": 4, "type": "Gene"}]
    changed = pa.Table.from_pylist([row, *others], schema=SCHEMAS["documents"])
    write_table(root, "documents", changed, "one", "train")
    assert "judged" in pq.read_schema(path).names
    assert Corpus(root, "one").split("train").table("documents").equals(changed)
