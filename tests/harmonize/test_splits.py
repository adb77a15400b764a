import pytest

from sru_ner.errors import InputError
from sru_ner.harmonize.splits import draw_split, find_split, read_lists

IDS = [str(number) for number in range(20_000_000, 20_002_000)]


def test_given_split_is_kept():
    assert {draw_split(name, ["test"], 0.5) for name in IDS} == {"test"}


def test_share_is_about_as_asked_and_grows_by_adding_only():
    tenth = {name for name in IDS if draw_split(name, ["train", "dev"], 0.1) == "dev"}
    fifth = {name for name in IDS if draw_split(name, ["train", "dev"], 0.2) == "dev"}
    assert 150 < len(tenth) < 250
    assert tenth < fifth


def test_draw_never_changes():
    drawn = [draw_split(name, ["train", "dev"], 0.1) for name in IDS[:40]]
    assert [i for i, split in enumerate(drawn) if split == "dev"] == [20, 23]


@pytest.fixture
def lists(tmp_path):
    (tmp_path / "train.txt").write_text("a\r\n\nb \nb\n")
    (tmp_path / "test.txt").write_text("c\n")
    return [(split, tmp_path / f"{split}.txt") for split in ("train", "test")]


def test_lists_say_the_split_and_where_they_say_it(lists):
    listed = read_lists(lists)
    assert {name: (place.split, place.line) for name, place in listed.items()} == {
        "a": ("train", 1),
        "b": ("train", 4),
        "c": ("test", 1),
    }
    assert listed["c"].path == lists[1][1]
    both = ["train", "test"]
    assert [find_split(name, both, listed, 0.5) for name in "abcd"] == [
        "train",
        "train",
        "test",
        None,
    ]


def test_a_file_of_one_split_goes_before_the_lists(lists):
    listed = read_lists(lists)
    assert find_split("c", ["train"], listed, 0.5) == "train"
    assert find_split("c", ["train", "dev"], listed, 0.5) is None


def test_without_lists_dev_is_drawn():
    drawn = [find_split(name, ["train", "dev"], {}, 0.1) for name in IDS]
    assert drawn == [draw_split(name, ["train", "dev"], 0.1) for name in IDS]


def test_document_in_two_splits_is_an_error(lists):
    lists[1][1].write_text("c\na\n")
    with pytest.raises(InputError, match="a is listed for test and also for train") as caught:
        read_lists(lists)
    assert (caught.value.path, caught.value.line) == (lists[1][1], 2)
