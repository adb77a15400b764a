from collections import Counter

import pytest

from sru_ner.adding.draw import Drawn, choose_seed
from sru_ner.errors import InputError
from sru_ner.harmonize.splits import Draw, draw_split

ALL = ("train", "dev", "test")


def documents(number, mentions=1, splits=ALL):
    return [Drawn(splits, f"note-{i}", mentions) for i in range(number)]


def drawn(found, seed):
    return [draw_split(document.id, document.splits, Draw(0.1, 0.1, seed)) for document in found]


@pytest.mark.parametrize("number", [3, 5, 10, 20, 60, 500])
def test_every_split_gets_its_share_however_few_documents_there_are(number):
    found = documents(number)
    sizes = Counter(drawn(found, choose_seed(found)))
    for split in ("dev", "test"):
        assert 1 <= sizes[split] <= max(1, 0.15 * number)


def test_documents_that_are_added_move_no_other():
    seed = choose_seed(documents(60))
    assert drawn(documents(90), seed)[:60] == drawn(documents(60), seed)


def test_every_split_gets_a_mention_if_that_can_be():
    found = documents(40, mentions=0)
    found[7], found[8], found[9] = (Drawn(ALL, f"note-{i}", 3) for i in (7, 8, 9))
    marked = [split for d, split in zip(found, drawn(found, choose_seed(found)), strict=True)
              if d.mentions]  # fmt: skip
    assert set(marked) == set(ALL)


def test_too_few_documents_are_an_error_and_nothing_to_draw_is_none():
    with pytest.raises(InputError, match="2 documents cannot be drawn into train, dev, test"):
        choose_seed(documents(2))
    assert choose_seed([]) == 0
    two = documents(2, splits=("train", "dev"))
    assert set(drawn(two, choose_seed(two))) == {"train", "dev"}
