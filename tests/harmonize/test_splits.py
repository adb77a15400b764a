import pytest

from sru_ner.errors import InputError
from sru_ner.harmonize.splits import Draw, draw_split, find_split, read_lists

IDS = [str(number) for number in range(20_000_000, 20_002_000)]
TENTHS = Draw(0.1, 0.1)


def test_given_split_is_kept():
    assert {draw_split(name, ["test"], Draw(0.5, 0.1)) for name in IDS} == {"test"}


def test_share_is_about_as_asked_and_grows_by_adding_only():
    tenth = {name for name in IDS if draw_split(name, ["train", "dev"], TENTHS) == "dev"}
    fifth = {name for name in IDS if draw_split(name, ["train", "dev"], Draw(0.2, 0.1)) == "dev"}
    assert 150 < len(tenth) < 250
    assert tenth < fifth


def test_draw_never_changes():
    drawn = [draw_split(name, ["train", "dev"], TENTHS) for name in IDS[:40]]
    assert [i for i, split in enumerate(drawn) if split == "dev"] == [20, 23]


def test_dev_and_test_are_drawn_and_drawing_test_moves_no_dev_document():
    dev = {name for name in IDS if draw_split(name, ["train", "dev"], TENTHS) == "dev"}
    drawn = {name: draw_split(name, ["train", "dev", "test"], TENTHS) for name in IDS}
    assert {name for name, split in drawn.items() if split == "dev"} == dev
    assert 150 < sum(split == "test" for split in drawn.values()) < 250
    test = {name for name in IDS if draw_split(name, ["train", "test"], TENTHS) == "test"}
    assert {name for name, split in drawn.items() if split == "test"} == test


def test_without_train_dev_and_test_share_the_documents():
    drawn = [draw_split(name, ["dev", "test"], Draw(0.1, 0.3)) for name in IDS]
    assert set(drawn) == {"dev", "test"}
    assert 400 < drawn.count("dev") < 600


def test_another_seed_draws_other_documents():
    drawn = [
        {name for name in IDS if draw_split(name, ["train", "dev"], Draw(0.1, 0.1, seed)) == "dev"}
        for seed in (0, 1)
    ]
    assert len(drawn[0] & drawn[1]) < 60


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
    assert [find_split(name, both, listed, TENTHS) for name in "abcd"] == [
        "train",
        "train",
        "test",
        None,
    ]


def test_a_file_of_one_split_goes_before_the_lists(lists):
    listed = read_lists(lists)
    assert find_split("c", ["train"], listed, TENTHS) == "train"
    assert find_split("c", ["train", "dev"], listed, TENTHS) is None


def test_without_lists_dev_is_drawn():
    drawn = [find_split(name, ["train", "dev"], {}, TENTHS) for name in IDS]
    assert drawn == [draw_split(name, ["train", "dev"], TENTHS) for name in IDS]


def test_document_in_two_splits_is_an_error(lists):
    lists[1][1].write_text("c\na\n")
    with pytest.raises(InputError, match="a is listed for test and also for train") as caught:
        read_lists(lists)
    assert (caught.value.path, caught.value.line) == (lists[1][1], 2)
