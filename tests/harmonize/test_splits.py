from sru_ner.harmonize.splits import draw_split

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
