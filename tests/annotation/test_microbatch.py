import itertools
import threading

import pytest

from sru_ner.annotation.microbatch import in_arriving_groups


def test_what_has_arrived_is_given_before_more_comes() -> None:
    go_on = threading.Event()

    def items():
        yield 1
        assert go_on.wait(10)
        yield from (2, 3)

    groups = in_arriving_groups(items(), most=8)
    assert next(groups) == [1]
    go_on.set()
    assert list(itertools.chain(*groups)) == [2, 3]


def test_groups_keep_the_order_and_are_not_too_long() -> None:
    groups = list(in_arriving_groups(range(1000), most=7))
    assert [item for group in groups for item in group] == list(range(1000))
    assert 0 < max(map(len, groups)) <= 7


def test_an_error_comes_after_the_items_before_it() -> None:
    def items():
        yield 1
        raise ValueError("broken")

    groups = in_arriving_groups(items(), most=8)
    found = []
    with pytest.raises(ValueError, match="broken"):
        found.extend(group for group in groups)
    assert next(iter(found), [1]) == [1]


def test_reading_ends_when_nobody_asks_any_more() -> None:
    read = []
    groups = in_arriving_groups((read.append(n) or n for n in itertools.count()), most=4)
    next(groups)
    groups.close()
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread():
            thread.join(2)
    before = len(read)
    assert before <= 4 + 2 * 4 + 1
