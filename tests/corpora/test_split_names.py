from fnmatch import fnmatchcase
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.split_names import globs, split_in_name, splits_of_members, splits_of_paths


@pytest.mark.parametrize(
    ("names", "split"),
    [
        ("my_train.tsv train TRAIN.conll myTrain NCBItrainset_corpus.txt trainset.json", "train"),
        ("CDR_TrainingSet.PubTator.txt corpus_trng.txt train-00000-of-00002.parquet", "train"),
        ("devel.tsv VALID.conll eng.testa NCBIdevelopset_corpus.txt dev1.txt val.jsonl", "dev"),
        ("validation tuning.conll CG_development_data development.iob2", "dev"),
        ("eng.testb TestSet.xml test1.txt eval evaluation.txt gold_test.conll tests", "test"),
        # Words inside other words, and names with two words, say nothing.
        ("latest.jsonl contest medieval.txt Testosterone.txt testament.txt retest", None),
        ("device.conll validated value.txt medevac.conll", None),
        ("constraint.txt strain.txt train_dev.tsv train-test.jsonl corpus.jsonl", None),
    ],
)
def test_a_split_is_a_word_of_the_name(names, split):
    found = {name: split_in_name(name) for name in names.split()}
    assert found == dict.fromkeys(found, split)


def test_folders_count_before_files_and_a_common_folder_only_if_nothing_else_does():
    names = ["c/train/1.txt", "c/train/blood_test.txt", "c/dev/2.txt", "c/TEST/3.txt", "c/tags.txt"]
    assert splits_of_members(names).splits == dict(
        zip(sorted(names), ["test", "dev", None, "train", "train"], strict=True)
    )
    assert set(splits_of_members(["test_data/train.a", "test_data/dev.a"]).splits.values()) == {
        "train",
        "dev",
    }
    assert set(splits_of_members(["x/test/1.a", "x/test/2.a"]).splits.values()) == {"test"}


def test_a_word_in_few_names_of_documents_means_nothing_and_is_told():
    notes = ["admission.txt", "discharge.txt", "x_ray.txt", "stress_test.txt"]
    found = splits_of_members(notes)
    assert set(found.splits.values()) == {None}
    assert found.passing == ("stress_test.txt",)
    # But a file that is called `test` is never taken for something else.
    assert splits_of_members([*notes, "test.txt"]).splits["test.txt"] == "test"
    assert splits_of_members([]).splits == {}


@pytest.mark.parametrize(
    ("paths", "splits"),
    [
        (["train/brat", "dev/brat", "test/brat"], ["train", "dev", "test"]),
        (["/tmp/test1/train.conll", "/tmp/test1/dev.conll"], ["train", "dev"]),
        (["/tmp/test1/train.conll", "/tmp/test2/dev.conll"], ["train", "dev"]),
        (["train/blood_test", "dev/chest"], ["train", "dev"]),
        (["test/corpus.jsonl"], [None]),
        (["test/a.jsonl", "test/b.jsonl"], [None, None]),
        (["x/train.conll", "x/more.conll"], ["train", None]),
        (["test"], ["test"]),
    ],
)
def test_of_paths_the_innermost_names_that_differ_say_the_split(paths, splits):
    assert splits_of_paths([PurePosixPath(path) for path in paths]) == splits


@pytest.mark.parametrize(
    ("members", "others", "expected"),
    [
        (["c/train/a", "c/train/x/b"], ["c/dev/a"], ["c/train/*"]),
        (["train.txt", "train.ann"], ["dev.txt"], ["train*"]),
        (["a_train.txt", "b_train.txt", "b_train.ann"], ["a_dev.txt"], ["a_train*", "b_train*"]),
        (["tr[1]*.txt"], ["b"], ["tr[[]1][*].txt"]),
        (["a", "b/c"], [], ["*"]),
    ],
)
def test_globs_are_few_and_readable(members, others, expected):
    assert globs(members, others) == expected


STEPS = st.sampled_from(["a", "train", "b_train", "[x]*", "dev.t", "?"])
NAMES = st.sets(st.lists(STEPS, min_size=1, max_size=3).map("/".join), max_size=8)


@given(NAMES, NAMES)
def test_globs_match_all_members_and_no_other(members, others):
    others = others - members
    found = globs(members, others)
    for name in members:
        assert any(fnmatchcase(name, glob) for glob in found)
    for name in others:
        assert not any(fnmatchcase(name, glob) for glob in found)
