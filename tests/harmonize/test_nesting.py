from hypothesis import given
from hypothesis import strategies as st

from sru_ner.harmonize.nesting import Placed, crossing_losers, depths


def test_the_longer_of_two_crossing_mentions_of_a_type_stays():
    long, short = Placed(0, 6, "A"), Placed(4, 9, "A")
    assert crossing_losers([short, long]) == {short: long}


def test_of_equally_long_ones_the_first_stays():
    first, second = Placed(0, 5, "A"), Placed(3, 8, "A")
    assert crossing_losers([second, first]) == {second: first}


def test_crossing_types_nested_and_adjacent_mentions_all_stay():
    mentions = [Placed(0, 5, "A"), Placed(3, 8, "B"), Placed(1, 3, "A"), Placed(5, 9, "A")]
    assert crossing_losers(mentions) == {}


def test_a_loser_takes_no_other_with_it():
    a, b, c = Placed(0, 10, "A"), Placed(8, 17, "A"), Placed(15, 20, "A")
    assert crossing_losers([a, b, c]) == {b: a}


def test_depth_is_the_longest_chain_around():
    mentions = [(0, 9), (0, 5), (0, 5), (1, 3), (4, 8), (9, 12)]
    assert depths([Placed(a, b, str(i)) for i, (a, b) in enumerate(mentions)]) == [0, 1, 1, 2, 1, 0]


PLACED = st.builds(
    lambda a, b, t: Placed(min(a, b), max(a, b) + 1, t),
    st.integers(0, 12),
    st.integers(0, 12),
    st.sampled_from("AB"),
)


def cross(one, other):
    overlap = max(one.start, other.start) < min(one.end, other.end)
    holds = (one.start <= other.start and other.end <= one.end) or (
        other.start <= one.start and one.end <= other.end
    )
    return one.type == other.type and overlap and not holds


@given(st.sets(PLACED, max_size=10))
def test_what_stays_can_be_expressed_and_each_loser_has_a_longer_winner(mentions):
    losers = crossing_losers(sorted(mentions))
    kept = mentions - losers.keys()
    assert not any(cross(a, b) for a in kept for b in kept)
    for loser, winner in losers.items():
        assert winner in kept
        assert cross(loser, winner)
        assert winner.end - winner.start >= loser.end - loser.start


@given(st.sets(PLACED, max_size=10))
def test_a_mention_is_one_deeper_than_the_deepest_around_it(mentions):
    order = sorted(mentions, key=lambda m: (m.start, -m.end, m.type))
    found = dict(zip(order, depths(order), strict=True))
    for inner in order:
        around = [
            found[m]
            for m in order
            if m.start <= inner.start and inner.end <= m.end and m[:2] != inner[:2]
        ]
        assert found[inner] == 1 + max(around, default=-1)
