import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from sru_ner.serving.batching import Batch, Batcher, OverloadedError, weight_of


def run(slow, scenario, **limits):
    """Play a scenario with a batcher before the slow annotator."""
    seen: list[Batch] = []

    async def play():
        with ThreadPoolExecutor(1) as executor:
            limits.setdefault("batch_characters", 20)
            limits.setdefault("max_waiting", 1000)
            batcher = Batcher(slow.annotate, executor, watch=seen.append, **limits)
            task = asyncio.create_task(batcher.run())
            try:
                await scenario(batcher)
            finally:
                slow.let.set()
                task.cancel()

    asyncio.run(play())
    return seen


async def started(slow, batches=1):
    """Wait until the annotator has that many batches."""
    while len(slow.batches) < batches:
        await asyncio.sleep(0.001)


def test_what_gathers_during_a_batch_is_the_next_batch(slow):
    async def scenario(batcher):
        first = asyncio.create_task(batcher.submit(["a"], "same"))
        await started(slow)
        rest = [asyncio.create_task(batcher.submit([c, c * 2], "same")) for c in "bcd"]
        await asyncio.sleep(0)
        slow.let.set()
        assert [[s.text for s in spans] for spans in await first] == [["a"]]
        for c, task in zip("bcd", rest, strict=True):
            assert [[s.text for s in spans] for spans in await task] == [[c], [c * 2]]
        assert batcher.waiting == 0

    seen = run(slow, scenario)
    assert slow.batches == [["a"], ["b", "bb", "c", "cc", "d", "dd"]]
    assert [(b.requests, b.texts, b.characters) for b in seen] == [(1, 1, 1), (3, 6, 9)]


def test_a_batch_is_full_at_its_limit_and_keeps_the_order(slow):
    async def scenario(batcher):
        slow.let.set()
        # All are there before the batcher looks.
        texts = "a" * 9, "b" * 8, "c" * 50, "d"
        await asyncio.gather(*(batcher.submit([text], "same") for text in texts))

    run(slow, scenario, batch_characters=20)
    assert [[t[0] for t in batch] for batch in slow.batches] == [["a", "b"], ["c"], ["d"]]


def test_only_what_wants_the_same_is_read_together(slow):
    async def scenario(batcher):
        first = asyncio.create_task(batcher.submit(["first"], "same"))
        await started(slow)
        wanted = [("a", "same"), ("b", "other"), ("c", "same"), ("d", "other"), ("x" * 19, "same")]
        rest = [
            asyncio.create_task(batcher.submit([text], o)) for text, o in (*wanted, ("e", "same"))
        ]
        await asyncio.sleep(0)
        slow.let.set()
        await asyncio.gather(first, *rest)

    run(slow, scenario)
    # What came first goes first, and nothing overtakes what wants the same.
    assert slow.batches == [["first"], ["a", "c"], ["b", "d"], ["x" * 19], ["e"]]
    assert slow.options == ["same", "same", "other", "same", "same"]


def test_too_much_waiting_is_refused_at_once_and_the_rest_is_answered(slow):
    async def scenario(batcher):
        first = asyncio.create_task(batcher.submit(["first"], "same"))
        await started(slow)
        # Nothing waits: even what alone is too large is taken.
        large = asyncio.create_task(batcher.submit(["x" * 100], "same"))
        await asyncio.sleep(0)
        assert batcher.waiting == weight_of(["x" * 100]) == 101
        with pytest.raises(OverloadedError) as refused:
            await batcher.submit(["y"], "same")
        assert refused.value.retry_after >= 1
        slow.let.set()
        assert len((await large)[0]) == len((await first)[0]) == 1
        assert await batcher.submit(["y"], "same")

    run(slow, scenario, max_waiting=50)
    assert ["y"] in slow.batches


def test_the_wait_is_told_from_the_speed_so_far(slow):
    async def scenario(batcher):
        first = asyncio.create_task(batcher.submit(["x" * 99], "same"))
        await started(slow)
        await asyncio.sleep(0.2)
        slow.let.set()
        await first  # at most 500 characters a second
        slow.let.clear()
        second = asyncio.create_task(batcher.submit(["z"], "same"))
        await started(slow, 2)
        third = asyncio.create_task(batcher.submit(["y" * 4999], "same"))
        await asyncio.sleep(0)
        with pytest.raises(OverloadedError) as refused:
            await batcher.submit(["z"], "same")
        assert refused.value.retry_after >= 10
        slow.let.set()
        await asyncio.gather(second, third)

    run(slow, scenario)


def test_one_broken_request_does_not_take_its_neighbours_along(slow):
    async def scenario(batcher):
        slow.let.set()
        texts = (["a"], ["broken"], ["b"])
        a, broken, b = await asyncio.gather(
            *(batcher.submit(each, "same") for each in texts), return_exceptions=True
        )
        assert (a[0][0].text, b[0][0].text) == ("a", "b")
        assert isinstance(broken, RuntimeError)
        assert await batcher.submit(["c"], "same")

    run(slow, scenario)


def test_who_has_gone_is_not_read(slow):
    async def scenario(batcher):
        first = asyncio.create_task(batcher.submit(["a"], "same"))
        await started(slow)
        gone = asyncio.create_task(batcher.submit(["gone"], "same"))
        stays = asyncio.create_task(batcher.submit(["stays"], "same"))
        await asyncio.sleep(0)
        gone.cancel()
        await asyncio.sleep(0)
        slow.let.set()
        await asyncio.gather(first, stays)

    run(slow, scenario)
    assert slow.batches == [["a"], ["stays"]]
