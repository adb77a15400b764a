from collections.abc import Iterator
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from sru_ner.training.partition import ProcessBatches, partition
from sru_ner.training.sampling import EqualSourceBatches

lengths = st.lists(st.integers(3, 60), min_size=1, max_size=14)


def padded(rows: list[int], lengths: list[int]) -> int:
    return len(rows) * max(lengths[index] for index in rows)


@given(lengths, st.integers(1, 6), st.integers(1, 200), st.randoms())
def test_each_sequence_is_counted_once_within_the_budget(
    lengths: list[int], processes: int, max_tokens: int, random
) -> None:
    batch = random.sample(range(len(lengths)), len(lengths))
    parts = partition(batch, lengths, processes=processes, max_tokens=max_tokens)
    assert len(parts) == processes
    passes = [each for part in parts for each in part.passes]
    assert all(passes)
    assert all(part.passes for part in parts)
    assert all(len(each) == 1 or padded(each, lengths) <= max_tokens for each in passes)
    counted = [i for part in parts if part.counted for each in part.passes for i in each]
    assert sorted(counted) == sorted(batch)
    assert sum(part.counted for part in parts) == min(processes, len(batch))


@given(lengths, st.integers(1, 6), st.integers(1, 200), st.randoms())
def test_sizes_of_the_parts_do_not_depend_on_the_order_drawn(
    lengths: list[int], processes: int, max_tokens: int, random
) -> None:
    def sizes(batch: list[int]) -> list[list[list[int]]]:
        parts = partition(batch, lengths, processes=processes, max_tokens=max_tokens)
        return [[sorted(lengths[i] for i in each) for each in part.passes] for part in parts]

    batch = list(range(len(lengths)))
    assert sizes(batch) == sizes(random.sample(batch, len(batch)))


def test_each_pass_keeps_the_order_drawn() -> None:
    [one] = partition([2, 0, 1], [5, 9, 7], processes=1, max_tokens=99)
    assert one.passes == [[2, 0, 1]]
    [cut] = partition([0, 2, 1], [9, 8, 3], processes=1, max_tokens=18)
    assert sorted(cut.passes) == [[0, 1], [2]] or sorted(cut.passes) == [[0], [2, 1]]


def all_cuts(rows: list[int], pieces: int) -> Iterator[list[list[int]]]:
    for inner in combinations(range(1, len(rows)), pieces - 1):
        edges = [0, *inner, len(rows)]
        yield [rows[a:b] for a, b in pairwise(edges)]


@given(st.lists(st.integers(3, 60), min_size=1, max_size=9), st.integers(1, 4))
def test_the_slowest_process_has_as_little_as_possible(lengths: list[int], processes: int) -> None:
    parts = partition(range(len(lengths)), lengths, processes=processes, max_tokens=10**6)
    slowest = max(padded(part.passes[0], lengths) for part in parts)
    rows = sorted(range(len(lengths)), key=lambda row: -lengths[row])
    cuts = all_cuts(rows, min(processes, len(rows)))
    assert slowest == min(max(padded(piece, lengths) for piece in cut) for cut in cuts)


def test_parts_of_all_processes_make_the_batches_of_the_epoch() -> None:
    lengths = [10 + index % 7 for index in range(41)]

    def batches() -> EqualSourceBatches:
        return EqualSourceBatches(["s"] * 41, lengths, batch_size=6, seed=3)

    processes = [
        ProcessBatches(batches(), lengths, process=p, processes=3, max_tokens=32) for p in range(3)
    ]
    for epoch in (0, 1):
        whole = batches()
        whole.set_epoch(epoch)
        for process in processes:
            process.set_epoch(epoch)
        steps = list(zip(*processes, strict=True))
        assert len(steps) == len(whole) == len(processes[0])
        for batch, parts in zip(whole, steps, strict=True):
            counted = [i for part in parts if part.counted for each in part.passes for i in each]
            assert sorted(counted) == sorted(batch)
