import pytest

from sru_ner.dataset.corpus import Corpus, harmonized_sources
from sru_ner.dataset.schema import table_path
from sru_ner.dataset.tables import write_table
from sru_ner.errors import UnknownNameError


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


def test_excluded_documents_are_in_no_table(root):
    whole = Corpus(root, "one")
    fewer = whole.without({"test": ["z"]})
    assert {s.document_id for s in fewer.split("test").sentences()} == {"a"}
    assert sum(fewer.split("test").mention_counts().values()) == 1
    assert sum(whole.split("test").mention_counts().values()) == 5
    assert fewer.split("train").sentences() == whole.split("train").sentences()
    documents = fewer.table("documents").select(["split", "document_id"]).to_pydict()
    assert documents == {"split": ["train", "test"], "document_id": ["z", "a"]}
    # What a file holds does not depend on who reads it.
    assert fewer.digests() == whole.digests()
