import itertools
import threading

import pytest

from sru_ner.annotation.microbatch import microbatches


def test_items_that_have_arrived_are_given_before_more_come() -> None:
    go_on = threading.Event()

    def items():
        yield 1
        assert go_on.wait(10)
        yield from (2, 3)

    batches = microbatches(items(), most=8)
    assert next(batches) == [1]
    go_on.set()
    assert list(itertools.chain(*batches)) == [2, 3]


def test_batches_keep_the_order_and_are_not_too_long() -> None:
    batches = list(microbatches(range(1000), most=7))
    assert [item for batch in batches for item in batch] == list(range(1000))
    assert 0 < max(map(len, batches)) <= 7


def test_an_error_comes_after_the_items_before_it() -> None:
    def items():
        yield 1
        raise ValueError("broken")

    batches = microbatches(items(), most=8)
    found = []
    with pytest.raises(ValueError, match="broken"):
        found.extend(batch for batch in batches)
    assert next(iter(found), [1]) == [1]


def test_reading_ends_when_nobody_asks_any_more() -> None:
    read = []
    batches = microbatches((read.append(n) or n for n in itertools.count()), most=4)
    next(batches)
    batches.close()
    for thread in threading.enumerate():
        if thread.daemon and thread is not threading.current_thread():
            thread.join(2)
    before = len(read)
    assert before <= 4 + 2 * 4 + 1
