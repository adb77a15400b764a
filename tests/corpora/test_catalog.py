import re

import pytest
import yaml

from sru_ner.corpora.catalog import CATALOG, CorpusFile, find_source, load_catalog
from sru_ner.corpora.synthetic.generate import SYNTHETIC_SOURCES
from sru_ner.errors import InputError, UnknownNameError

ENTRY = {
    "title": "Mine",
    "citation": "me",
    "licence": "MIT",
    "reader": "iob",
    "types": {"X": "Thing", "Y": None},
    "given": {"splits": True, "documents": False, "sentences": True},
    "files": [
        {"url": "https://example.org/a%20b/train.tsv?raw=1", "sha256": "0" * 64, "split": "train"}
    ],
}


@pytest.fixture
def own_catalog(tmp_path, monkeypatch):
    """Write entries as a catalog of one's own."""

    def write(entries):
        path = tmp_path / "own.yaml"
        path.write_text(yaml.safe_dump({"sources": entries}))
        monkeypatch.setenv("SRU_NER_CATALOG", str(path))
        return path

    return write


def test_shipped_catalog_has_all_sources_with_pinned_files():
    catalog = load_catalog()
    real = {
        "bc2gm", "bc5cdr", "jnlpba", "linnaeus", "ncbi_disease", "biored", "tmvar3", "gnormplus",
        "nlm_gene", "linnaeus_pubtator", "ncbi_disease_pubtator", "bc5cdr_pubtator", "wnut17",
    }  # fmt: skip
    assert catalog.keys() >= real | set(SYNTHETIC_SOURCES)
    for name in real:
        for file in catalog[name].files:
            assert re.search(r"/[0-9a-f]{40}/", file.url), "not pinned to a commit"
            assert file.sha256
            assert file.mentions


def test_every_source_has_its_own_key_for_dvc():
    assert list(yaml.safe_load(CATALOG.read_text())) == ["sources"]


def test_type_names_never_clash_with_the_label_separator():
    assert all("$" not in t for source in load_catalog().values() for t in source.kept_types)


def test_generated_files_stand_for_missing_ones():
    source = find_source("synthetic_full")
    assert [(f.name, f.split) for f in source.raw_files] == [
        ("train.pubtator", ("train",)),
        ("dev.pubtator", ("dev",)),
        ("test.pubtator", ("test",)),
    ]


def test_drawn_dev_split_is_among_the_splits():
    assert find_source("biored").splits == ("train", "dev", "test")
    assert not find_source("biored").given.splits


def test_file_is_named_like_its_url_unless_said():
    file = CorpusFile(url="https://e.org/a%20b/my%20train.tsv?x=1", sha256="0" * 64, split="train")
    assert file.name == "my train.tsv"
    assert CorpusFile(name="local.txt", split=["train", "dev"]).split == ("train", "dev")


def test_files_that_list_documents_hold_none():
    source = find_source("genia")
    assert [file.lists for file in source.raw_files] == [None, "train", "dev", "test"]
    assert [file.name for file in source.document_files] == ["GENIAcorpus3.02.tgz"]
    assert source.splits == ("train", "dev", "test")


def test_halves_are_cut_from_the_same_files_and_share_no_document():
    whole, *halves = map(find_source, ("bc5cdr", "bc5cdr_disease_half", "bc5cdr_chemical_half"))
    assert [half.kept_types for half in halves] == [("Disease",), ("Chemical",)]
    for number, split in enumerate(("train", "dev")):
        file, (first, second) = whole.files[number], [half.files[number] for half in halves]
        assert file.split == first.split == second.split == (split,)
        assert file.sha256 == first.sha256 == second.sha256
        assert first.documents[0] == 1
        assert first.documents[1] + 1 == second.documents[0]
        assert first.mentions + second.mentions == file.mentions


def test_unknown_corpus_lists_the_known():
    with pytest.raises(UnknownNameError, match=r"Did you mean 'bc5cdr'.*\n.*ncbi_disease"):
        find_source("bc5cdf")


def test_own_entries_are_merged(own_catalog):
    own_catalog({"mine": ENTRY})
    source = find_source("mine")
    assert source.kept_types == ("Thing",)
    assert source.files[0].name == "train.tsv"
    assert "bc5cdr" in load_catalog()


def test_own_catalog_in_the_folder_needs_no_variable(tmp_path, monkeypatch):
    monkeypatch.delenv("SRU_NER_CATALOG", raising=False)
    monkeypatch.chdir(tmp_path)
    shipped = load_catalog()
    (tmp_path / "corpora.yaml").write_text("sources:\n")
    assert load_catalog() == shipped
    (tmp_path / "corpora.yaml").write_text(yaml.safe_dump({"sources": {"mine": ENTRY}}))
    assert load_catalog().keys() - shipped.keys() == {"mine"}


def test_own_entry_of_a_taken_name_is_an_error(own_catalog):
    path = own_catalog({"bc5cdr": ENTRY})
    with pytest.raises(InputError, match=f"{path}.*bc5cdr"):
        load_catalog()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reader": "xml"}, "known: .*iob, .*pubtator"),
        ({"options": {"colour": 1}}, "colour"),
        ({"colour": 1}, r"sources\.mine\.colour"),
        ({"types": {"X": "a$b"}}, r"types\.X"),
        ({"files": []}, "either files or a generator"),
        ({"covers": {"Other": ["Fine"]}}, "covers: Other is not a type of this corpus"),
        ({"covers": {"Thing": ["Fine", "Thing"]}}, "covers: Thing is marked itself"),
        (
            {"files": [{"name": "a", "split": "train", "annotated_types": ["Fine"]}]},
            "annotated_types: Fine is not a type",
        ),
        ({"files": [{"split": "train"}]}, "needs a url or a name"),
        ({"files": [{"name": "a", "split": ["dev", "test"]}]}, r"\[train, dev\]"),
        ({"files": [{"name": "a", "split": ["train", "dev"]}]}, r"given\.splits"),
        (
            {"files": [{"name": "a", "split": "train"}, {"name": "a", "split": "dev"}]},
            "have one name",
        ),
        ({"published": {"train+devel": 3}}, "devel"),
        ({"files": [{"name": "a", "split": "train", "lists": "dev"}]}, "either a split or lists"),
        ({"files": [{"name": "a", "split": ["train", "test"]}]}, "without lists"),
        ({"files": [{"name": "a", "split": ["test", "train"]}]}, "in this order"),
        ({"files": [{"name": "a", "split": "train", "documents": [3, 2]}]}, "first and the last"),
        ({"files": [{"name": "a", "split": "train", "documents": [0, 2]}]}, "documents"),
        (
            {"files": [{"name": "a", "split": ["train", "test"]}, {"name": "b", "lists": "test"}]},
            "not each of a file's splits",
        ),
        (
            {
                "files": [
                    {"name": "a", "members": "*", "split": "train"},
                    {"name": "a", "members": "*", "split": "dev"},
                ]
            },
            "have one name",
        ),
    ],
)
def test_wrong_entries_name_the_key(own_catalog, change, message):
    own_catalog({"mine": {**ENTRY, **change}})
    with pytest.raises(InputError, match=message):
        load_catalog()


@pytest.mark.parametrize("content", ["sources: [a]", "other: {}", "", "sources: {mine: 3}"])
def test_catalog_of_another_shape(tmp_path, monkeypatch, content):
    path = tmp_path / "own.yaml"
    path.write_text(content)
    monkeypatch.setenv("SRU_NER_CATALOG", str(path))
    with pytest.raises(InputError, match="mapping `sources:`"):
        load_catalog()


def test_broken_yaml_names_the_line(tmp_path, monkeypatch):
    path = tmp_path / "own.yaml"
    path.write_text("sources:\n  a: {b: c\n")
    monkeypatch.setenv("SRU_NER_CATALOG", str(path))
    with pytest.raises(InputError, match="not valid YAML") as caught:
        load_catalog()
    assert caught.value.line == 3


def test_missing_own_catalog_names_the_variable(tmp_path, monkeypatch):
    monkeypatch.setenv("SRU_NER_CATALOG", str(tmp_path / "none.yaml"))
    with pytest.raises(InputError, match="SRU_NER_CATALOG"):
        load_catalog()
