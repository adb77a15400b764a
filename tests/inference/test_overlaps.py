import itertools
from collections.abc import Sequence
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.inference.overlaps import (
    TypedInterval,
    chosen_overlaps,
    without_contradictions,
    without_overlaps,
)
from sru_ner.model.configuration import SruNerConfig

EXCLUSIVE = [["Gene", "Chemical"], ["Species", "Disease"], ["Gene", "Disease"]]

places = st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda p: (p[0], p[0] + p[1]))
# Scores with few binary digits: their sums are exact, so ties are ties.
mentions = st.lists(
    st.builds(
        lambda place, type_, score: TypedInterval(*place, type_, score),
        places,
        st.sampled_from(["Gene", "Chemical", "Disease", "Species"]),
        st.sampled_from([0.5, 0.625, 0.75, 1.0]),
    ),
    max_size=9,
    unique_by=lambda mention: mention[:3],
)


def consistent(given: Sequence[TypedInterval]) -> list[TypedInterval]:
    return [given[i] for i in without_contradictions(given, EXCLUSIVE)]


def flat(given: Sequence[TypedInterval]) -> list[TypedInterval]:
    return [given[i] for i in without_overlaps(given)]


def contradict(one: TypedInterval, other: TypedInterval) -> bool:
    """Whether two mentions cannot both be right, worked out from the characters that they cover."""
    a, b = set(range(one.start, one.end)), set(range(other.start, other.end))
    return sorted([one.type, other.type]) in map(sorted, EXCLUSIVE) and (
        a == b or bool(a & b and a - b and b - a)
    )


@given(mentions)
def test_no_two_chosen_mentions_contradict_each_other(given: list[TypedInterval]) -> None:
    chosen = consistent(given)
    assert not any(contradict(*pair) for pair in itertools.combinations(chosen, 2))
    # Each other one contradicts one that is chosen and is at least as likely.
    for left_out in set(given) - set(chosen):
        assert any(contradict(left_out, m) and m.score >= left_out.score for m in chosen)


@given(mentions)
def test_no_other_choice_without_overlap_scores_more(given: list[TypedInterval]) -> None:
    def value(some: Sequence[TypedInterval]) -> tuple[float, int]:
        return sum(m.score for m in some), sum(m.end - m.start for m in some)

    def apart(some: Sequence[TypedInterval]) -> bool:
        return all(a.end <= b.start for a, b in itertools.pairwise(sorted(some)))

    chosen = flat(given)
    assert apart(chosen)
    every = itertools.chain.from_iterable(
        itertools.combinations(given, size) for size in range(len(given) + 1)
    )
    assert value(chosen) == max(value(some) for some in every if apart(some))


@pytest.mark.parametrize("choose", [consistent, flat])
@given(mentions, st.randoms())
def test_a_choice_is_a_part_in_any_order_and_is_not_changed_again(
    choose, given: list[TypedInterval], random: Random
) -> None:
    chosen = choose(given)
    assert chosen == [mention for mention in given if mention in chosen]
    assert choose(chosen) == chosen
    assert set(choose(random.sample(given, len(given)))) == set(chosen)


@pytest.mark.parametrize(
    ("place", "type_", "kept"),
    [
        ((0, 3), "Gene", False),  # the same text
        ((2, 5), "Gene", False),  # crosses
        ((0, 2), "Gene", True),  # inside
        ((0, 5), "Gene", True),  # around
        ((3, 5), "Gene", True),  # next to it
        ((0, 3), "Species", True),  # may be both
        ((2, 5), "Species", True),
    ],
)
def test_a_mention_is_left_out_for_a_likelier_one(place, type_, kept) -> None:
    likelier, mention = TypedInterval(0, 3, "Chemical", 0.9), TypedInterval(*place, type_, 0.8)
    assert (mention in consistent([mention, likelier])) is kept
    assert likelier in consistent([mention, likelier])


def test_what_is_left_out_leaves_out_nothing() -> None:
    first = TypedInterval(0, 3, "Chemical", 0.9)
    second, third = TypedInterval(2, 5, "Gene", 0.8), TypedInterval(2, 5, "Disease", 0.7)
    assert consistent([first, second, third]) == [first, third]


def test_of_equals_the_longer_then_the_first_is_taken() -> None:
    long, short = TypedInterval(0, 9, "Gene", 0.75), TypedInterval(3, 9, "Gene", 0.75)
    assert without_overlaps([long, short]) == [0]
    assert without_overlaps([short, long]) == [1]
    assert without_overlaps([long._replace(type="RNA"), long]) == [1]
    assert without_overlaps([]) == without_contradictions([], EXCLUSIVE) == []


def test_a_model_with_exclusive_types_chooses_among_them() -> None:
    plain = SruNerConfig(inventories={"s": ["Gene"]})
    with_pairs = SruNerConfig(inventories={"s": ["Chemical", "Gene"]}, exclusive=EXCLUSIVE[:1])
    assert chosen_overlaps(None, plain) == "all"
    assert chosen_overlaps(None, with_pairs) == "exclusive"
    assert chosen_overlaps("all", with_pairs) == "all"
    assert chosen_overlaps("flat", plain) == "flat"
    with pytest.raises(InputError, match=r"no exclusive types(.|\n)*train\.exclusive"):
        chosen_overlaps("exclusive", plain)
    with pytest.raises(UnknownNameError, match="Did you mean 'flat'"):
        chosen_overlaps("flatt", plain)
