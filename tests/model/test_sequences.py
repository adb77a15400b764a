from hypothesis import given
from hypothesis import strategies as st

from sru_ner.model.sequences import GoldSteps

# Each step is a set of actions and is not empty.
steps = st.lists(
    st.lists(st.integers(0, 7), min_size=1, max_size=3, unique=True), min_size=1, max_size=9
)


@given(steps)
def test_steps_as_pairs_are_the_same_steps(steps: list[list[int]]) -> None:
    pairs = GoldSteps.of(steps)
    assert pairs.lists() == steps
    assert pairs.count == len(steps)
