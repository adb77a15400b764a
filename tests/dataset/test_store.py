import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.corpora.readers.raw import RawDocument, RawMention, RawSentence
from sru_ner.dataset.corpus import Corpus, harmonized_sources
from sru_ner.dataset.schema import SCHEMAS, VERSION_KEY, table_path
from sru_ner.dataset.sentences import Mention
from sru_ner.dataset.tables import write_table
from sru_ner.dataset.type_inventory import TypeInventory
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.inventory_rows import inventory_rows
from sru_ner.harmonize.tables import inventory_table, split_tables

TEXT = "HeLa p53 binds E. coli. It is short-lived."
TYPES = {"gene": "Gene", "cell": "Cell_Line", "verb": None}
COVERS = {"Gene": ("Domain", "Family")}
SENTENCES = (RawSentence(0, 23, None), RawSentence(24, 42, None))


def document(name, *mentions):
    rows = [
        RawMention(TEXT.index(text), TEXT.index(text) + len(text), text, type_, line)
        for line, (text, type_) in enumerate(mentions, start=1)
    ]
    return convert(RawDocument(name, TEXT, tuple(rows), 1, SENTENCES), TYPES)[0]


@pytest.fixture
def root(tmp_path):
    """Two sources; the second has no test split and no mentions."""
    one = [
        document("z", ("p53", "gene"), ("HeLa p53", "gene"), ("coli. It", "gene"), ("ort", "cell")),
        document("a", ("short", "cell")),
    ]
    content = {"one": {"train": one[:1], "test": one}, "two": {"train": [document("x")]}}
    for source, splits in content.items():
        for split, documents in splits.items():
            for name, table in split_tables(source, split, [("f", d) for d in documents]).items():
                write_table(tmp_path, name, table, source, split)
        inventory = inventory_table(inventory_rows(source, TYPES, COVERS, splits, {}))
        write_table(tmp_path, "inventories", inventory, source)
    return tmp_path


def test_sentences_in_document_order_with_mentions_in_words(root):
    sentences = Corpus(root, "one").split("test").sentences()
    assert [(s.document_id, s.sentence_id) for s in sentences] == [
        ("z", 0),
        ("z", 1),
        ("a", 0),
        ("a", 1),
    ]
    first, second, _, last = sentences
    assert (first.source, first.split, first.start, first.text) == ("one", "test", 0, TEXT[:23])
    # Neither "coli. It", which leaves the sentence, nor "ort", which cuts a word.
    assert first.mentions == (Mention(0, 2, "Gene"), Mention(1, 2, "Gene"))
    assert second.mentions == ()
    assert (last.start, last.text) == (24, TEXT[24:])
    assert last.mentions == (Mention(2, 3, "Cell_Line"),)
    words = [last.text[a - last.start : b - last.start] for a, b in last.words]
    assert words == ["It", "is", "short", "-", "lived", "."]


def test_split_without_mentions(root):
    assert [s.mentions for s in Corpus(root, "two").split("train").sentences()] == [(), ()]


def test_inventory_has_kept_types_and_what_they_cover(root):
    inventory = Corpus(root, "one").inventory()
    assert inventory == TypeInventory("one", ("Cell_Line", "Gene"), COVERS)
    assert [inventory.status(t) for t in ("Gene", "Family", "Drug")] == [
        "annotated",
        "covered",
        "unknown",
    ]
    assert inventory.covered_by("Family") == ("Gene",)
    assert inventory.covered_by("Gene") == ()
    # Where genes were not looked for, nothing is known of their families either.
    assert inventory.of_document(("Cell_Line",)).status("Family") == "unknown"


def test_types_marked_in_a_document_stand_at_its_sentences(root):
    assert {s.annotated_types for s in Corpus(root, "one").split("train").sentences()} == {None}
    raw = RawDocument("y", TEXT, (), 1, SENTENCES, annotated_types=("gene", "verb"))
    documents = [("f", convert(raw, TYPES)[0]), ("f", document("x"))]
    for name, table in split_tables("two", "train", documents).items():
        write_table(root, name, table, "two", "train")
    found = {
        s.document_id: s.annotated_types for s in Corpus(root, "two").split("train").sentences()
    }
    assert found == {"y": ("Gene",), "x": None}


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


def test_tables_of_one_or_all_splits(root):
    assert Corpus(root, "one").split("test").table("documents")["document_id"].to_pylist() == [
        "z",
        "a",
    ]
    both = Corpus(root, "one").table("documents")
    assert list(zip(*both.select(["split", "document_id"]).to_pydict().values(), strict=True)) == [
        ("train", "z"),
        ("test", "z"),
        ("test", "a"),
    ]


def test_datasets_that_read_folder_names_agree(root):
    table = pq.read_table(root / "documents")
    assert sorted(table["source"].to_pylist()) == ["one"] * 3 + ["two"]


def test_unknown_names_list_the_known(root):
    with pytest.raises(UnknownNameError, match="choose one of: one, two"):
        Corpus(root, "three").split("train").sentences()
    with pytest.raises(UnknownNameError, match="choose one of: test, train"):
        Corpus(root, "one").split("dev").sentences()
    with pytest.raises(UnknownNameError, match="documents, inventories, sentences, spans"):
        Corpus(root, "one").table("words")
    with pytest.raises(UnknownNameError, match="choose one of: one, two"):
        Corpus(root, "three").digests()


def test_source_without_inventory_is_not_finished(root):
    table_path(root, "inventories", "one").unlink()
    assert harmonized_sources(root) == ["two"]
    with pytest.raises(UnknownNameError):
        Corpus(root, "one").split("train").sentences()


def test_digests_name_each_file_and_follow_its_content(root):
    digests = Corpus(root, "one").digests()
    tables = ["documents", "sentences", "spans"]
    expected = [f"{table}/{split}" for table in tables for split in ("train", "test")]
    assert list(digests) == [*expected, "inventories"]
    assert Corpus(root, "one").splits() == ["train", "test"]
    rewritten = Corpus(root, "one").split("test").table("spans").slice(1)
    write_table(root, "spans", rewritten, "one", "test")
    after = Corpus(root, "one").digests()
    assert {name for name in digests if digests[name] != after[name]} == {"spans/test"}


def test_other_schema_version_is_refused(root):
    path = table_path(root, "spans", "one", "train")
    table = pq.ParquetFile(path).read()
    for version in ("0", "3"):
        pq.write_table(table.replace_schema_metadata({VERSION_KEY: version.encode()}), path)
        message = rf"part-0\.parquet: schema version {version}, this release reads 1, 2\n.*sru-ner"
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
