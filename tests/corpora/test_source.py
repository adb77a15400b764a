import pytest

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.source import CorpusFile, read_entry
from sru_ner.errors import InputError, SruNerError
from tests.corpora.material import ENTRY


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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"reader": "xml"}, "known: .*iob, .*pubtator"),
        ({"options": {"colour": 1}}, r"sources\.mine\.options: there is no option 'colour'"),
        ({"colour": 1}, r"sources\.mine: there is no key 'colour'"),
        ({"types": {"X": "a$b"}}, r"sources\.mine\.types\.X is 'a\$b': string should match"),
        ({"files": []}, r"sources\.mine: a corpus needs either files or a generator"),
        ({"covers": {"Other": ["Fine"]}}, "covers: Other is not a type of this corpus"),
        (
            {"covers": {"Thing": ["Fine", "Thing"]}},
            "covers: Thing is a type of this corpus, so Thing cannot cover it",
        ),
        (
            {"files": [{"name": "a", "split": "train", "annotated_types": ["Fine"]}]},
            "annotated_types: Fine is not a type",
        ),
        ({"files": [{"split": "train"}]}, "needs a url or a name"),
        ({"files": [{"name": "a", "split": ["dev", "test"]}]}, r"given\.splits"),
        ({"looked_for": ["Fine"]}, "looked_for: Fine is not a type of this corpus"),
        ({"files": [{"name": "a", "split": ["train", "dev"]}]}, r"given\.splits"),
        (
            {"files": [{"name": "a", "split": "train"}, {"name": "a", "split": "dev"}]},
            "have the same name",
        ),
        ({"published": {"train+devel": 3}}, "devel"),
        ({"files": [{"name": "a", "split": "train", "lists": "dev"}]}, "either `split` or `lists`"),
        ({"files": [{"name": "a", "split": ["train", "test"]}]}, r"given\.splits"),
        ({"files": [{"name": "a", "split": ["test", "train"]}]}, "in this order"),
        ({"files": [{"name": "a", "split": "train", "documents": [3, 2]}]}, "first and the last"),
        ({"files": [{"name": "a", "split": "train", "documents": [0, 2]}]}, "documents"),
        (
            {"files": [{"name": "a", "split": ["train", "test"]}, {"name": "b", "lists": "test"}]},
            "each split of a file with several needs",
        ),
        (
            {
                "files": [
                    {"name": "a", "members": "*", "split": "train"},
                    {"name": "a", "members": "*", "split": "dev"},
                ]
            },
            "have the same name",
        ),
    ],
)
def test_wrong_entries_name_the_key(change, message):
    with pytest.raises(SruNerError, match=message):
        read_entry("mine", {**ENTRY, **change}, key="sources.mine")


def test_the_file_with_the_entry_is_named(tmp_path):
    path = tmp_path / "mine.yaml"
    with pytest.raises(InputError, match=f"{path}: title is missing"):
        read_entry("mine", {k: v for k, v in ENTRY.items() if k != "title"}, path=path)
