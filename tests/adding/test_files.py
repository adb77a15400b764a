"""Splits are found in names and folders; what no name says is drawn, named or refused aloud."""

import zipfile

import pytest

from sru_ner.adding.files import ALL, find_files
from sru_ner.errors import InputError, UnknownNameError

EVERY = ("train", "dev", "test")


@pytest.fixture
def make(tmp_path, monkeypatch):
    """Write files with their own names as content, in an empty folder; return their paths."""
    monkeypatch.chdir(tmp_path)

    def make(*names):
        for name in names:
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name)
        return [(tmp_path / name).relative_to(tmp_path) for name in names]

    return make


def splits(found):
    return {(file.raw_name, file.members): file.split for file in found.files}


def test_splits_inside_one_folder_are_found(make, tmp_path):
    make("c/train/1.txt", "c/train/1.ann", "c/devel/2.txt", "c/test/3.txt")
    (folder,) = [(tmp_path / "c").relative_to(tmp_path)]
    assert splits(find_files([folder], {})) == {
        ("c", ("train/1.ann", "train/1.txt")): ("train",),
        ("c", ("devel/2.txt",)): ("dev",),
        ("c", ("test/3.txt",)): ("test",),
    }


def test_splits_inside_an_archive_and_in_names_of_files_are_found(make, tmp_path):
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        for name in ("top/train.conll", "top/valid.conll", "top/eval.conll", "top/README"):
            archive.writestr(name, name)
    found = find_files([tmp_path / "c.zip"], {})
    assert [(file.members, file.split) for file in found.files] == [
        (("top/train.conll",), ("train",)),
        (("top/valid.conll",), ("dev",)),
        (("top/eval.conll",), ("test",)),
    ]


def test_folders_of_one_name_get_names_that_tell_them_apart(make, tmp_path):
    make("train/brat/1.txt", "dev/brat/2.txt", "test/brat/3.txt")
    paths = [(tmp_path / split / "brat").relative_to(tmp_path) for split in EVERY]
    assert splits(find_files(paths, {})) == {(f"{split}_brat", ()): (split,) for split in EVERY}


def test_a_folder_that_says_nothing_is_drawn(make, tmp_path):
    make("notes/1.txt", "notes/2.txt", "notes/stress_test.txt")
    found = find_files([tmp_path / "notes"], {})
    assert splits(found) == {("notes", ()): EVERY}
    assert "the word of a split in the names of 1 file of 3" in found.notes[0]
    assert found.notes[1] == "no name says train, dev or test: documents are drawn into them"


def test_a_missing_split_is_drawn_from_train_unless_the_user_gave_train(make):
    paths = make("train.conll", "test.conll")
    found = find_files(paths, {})
    assert [file.split for file in found.files] == [("train", "dev"), ("test",)]
    assert "no file holds dev" in found.notes[0]
    fixed = find_files(paths, {"train.conll": "train"})
    assert [file.split for file in fixed.files] == [("train",), ("test",)]
    assert fixed.notes == ("there is no dev split",)


def test_a_file_between_splits_is_not_used_and_is_named(make, tmp_path):
    make("c/train/1.conll", "c/test/2.conll", "c/tags.tsv")
    found = find_files([tmp_path / "c"], {})
    assert all("tags.tsv" not in file.members for file in found.files)
    assert "not used, because no name says their split: tags.tsv" in found.notes[0]
    # And it may be used by a word of the user.
    told = find_files([tmp_path / "c"], {"c/tags.tsv": "dev"})
    assert {file.split for file in told.files} == {("train",), ("dev",), ("test",)}
    assert told.notes == ()


def test_a_file_whose_name_says_nothing_next_to_others_is_an_error(make):
    with pytest.raises(InputError, match=r"not .*extra\.conll[\s\S]*--split extra\.conll=train"):
        find_files(make("train.conll", "extra.conll"), {})


def test_a_user_may_say_all_splits_at_once_or_those_of_a_folder_inside(make, tmp_path):
    make("c/fold1/1.conll", "c/fold2/2.conll", "c/fold3/3.conll")
    path = tmp_path / "c"
    assert splits(find_files([path], {ALL: "test+train"})) == {("c", ()): ("train", "test")}
    mixed = find_files([path], {ALL: "train", "c/fold3": "test", "fold2": "dev"})
    assert splits(mixed) == {
        ("c", ("fold1/1.conll",)): ("train",),
        ("c", ("fold2/2.conll",)): ("dev",),
        ("c", ("fold3/3.conll",)): ("test",),
    }


@pytest.mark.parametrize(
    ("names", "given", "error", "message"),
    [
        (["c/a.conll"], {"c/b.conll": "test"}, UnknownNameError, "no file 'c/b.conll'"),
        (["c/a.conll"], {"c": "exam"}, UnknownNameError, "--split c=exam: there is no split"),
        (["c/a.conll", "c"], {}, InputError, r"a\.conll: this is in .*c, which is named, too"),
        (["c/a.conll", "c/../c/a.conll"], {}, InputError, "this is named twice"),
    ],
)
def test_what_cannot_be_meant_is_an_error(make, tmp_path, names, given, error, message):
    make("c/a.conll")
    with pytest.raises(error, match=message):
        find_files([tmp_path / name for name in names], given)
