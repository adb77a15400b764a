from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from sru_ner.training.sampling import EqualSourceBatches

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=4)


def test_an_epoch_of_any_size_takes_as_much_from_each_source() -> None:
    sources = ["big"] * 90 + ["small"] * 10
    batches = EqualSourceBatches(sources, [5] * 100, batch_size=7, seed=0, epoch_sequences=30)
    drawn = [index for batch in batches for index in batch]
    assert len(drawn) == 30
    assert sum(index < 90 for index in drawn) == 15


def sampler(sizes: list[int], *, batch_size: int = 4, seed: int = 0) -> EqualSourceBatches:
    sources = [f"s{i}" for i, size in enumerate(sizes) for _ in range(size)]
    lengths = [10 + index % 7 for index in range(len(sources))]
    return EqualSourceBatches(sources, lengths, batch_size=batch_size, seed=seed)


def epoch(batches: EqualSourceBatches, number: int) -> list[list[int]]:
    batches.set_epoch(number)
    return list(batches)


@given(sizes, st.integers(1, 6), st.integers(0, 5))
def test_sources_have_equal_shares_and_an_epoch_is_the_mean_size(
    sizes: list[int], batch_size: int, number: int
) -> None:
    batches = sampler(sizes, batch_size=batch_size)
    drawn = epoch(batches, number)
    assert len(drawn) == len(batches)
    assert all(0 < len(batch) <= batch_size for batch in drawn)
    owner = [i for i, size in enumerate(sizes) for _ in range(size)]
    shares = Counter(owner[index] for batch in drawn for index in batch)
    assert len(set(shares.values())) == 1
    assert len(shares) == len(sizes)
    assert abs(sum(shares.values()) - sum(sizes) / len(sizes)) <= len(sizes)


@given(sizes)
def test_each_source_is_gone_through_evenly(sizes: list[int]) -> None:
    batches = sampler(sizes)
    seen = Counter(i for n in range(12) for batch in epoch(batches, n) for i in batch)
    first = 0
    for size in sizes:
        counts = [seen[index] for index in range(first, first + size)]
        assert max(counts) - min(counts) <= 1
        first += size


def test_the_same_seed_and_epoch_give_the_same_batches() -> None:
    one, other = sampler([30, 10]), sampler([30, 10])
    assert epoch(one, 0) != epoch(one, 1)
    assert epoch(other, 1) == epoch(one, 1)
    assert epoch(sampler([30, 10], seed=1), 1) != epoch(one, 1)


def test_batches_hold_sequences_of_like_length() -> None:
    batches = EqualSourceBatches(["s"] * 64, list(range(64)), batch_size=8, seed=0)
    assert all(max(batch) - min(batch) == 7 for batch in batches)


def test_sequences_without_a_mention_are_left_out_in_turns() -> None:
    has_mention = [index % 10 == 0 for index in range(100)]  # 10 of 100
    batches = EqualSourceBatches(
        ["sparse"] * 100 + ["dense"] * 10,
        [5] * 110,
        batch_size=4,
        seed=0,
        epoch_sequences=40,
        mentioning=[*has_mention, *[True] * 9, False],
        mention_share=0.5,
    )
    drawn = [[index for batch in epoch(batches, number) for index in batch] for number in range(9)]
    for indices in drawn:
        sparse = [index for index in indices if index < 100]
        assert len(sparse) == 20
        assert sum(index % 10 == 0 for index in sparse) == 10
        assert Counter(index for index in indices if index >= 100) == dict.fromkeys(
            range(100, 110), 2
        )
    # Each pass leaves out others.
    assert len({index for indices in drawn for index in indices if index % 10}) > 60


@given(sizes, st.integers(0, 3))
def test_where_mentions_are_frequent_enough_nothing_changes(sizes: list[int], number: int) -> None:
    sources = [f"s{i}" for i, size in enumerate(sizes) for _ in range(size)]
    plain, shared = (
        EqualSourceBatches(
            sources,
            [5] * len(sources),
            batch_size=4,
            seed=1,
            mentioning=[True] * len(sources),
            mention_share=share,
        )
        for share in (0.0, 0.9)
    )
    assert epoch(plain, number) == epoch(shared, number)
