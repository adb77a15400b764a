import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.evaluation.groups import codes, draw, first_rows

names = st.lists(st.tuples(st.sampled_from("aäbB"), st.sampled_from(["x", "xy", ""])), max_size=20)


def table_of(pairs):
    return pa.table(
        {
            "type": pa.array([one for one, _ in pairs], pa.string()),
            "document_id": pa.array([other for _, other in pairs], pa.string()),
            "start": pa.array(range(len(pairs)), pa.int32()),
        }
    )


@given(names)
@settings(deadline=None, max_examples=50)
def test_codes_order_rows_as_their_values_do(pairs):
    found = codes(table_of(pairs), ["type", "document_id"]).tolist()
    for one, first in zip(found, pairs, strict=True):
        for other, second in zip(found, pairs, strict=True):
            assert (one < other, one == other) == (first < second, first == second)


def test_first_rows_of_each_group():
    found = first_rows(table_of([("b", ""), ("a", ""), ("b", ""), ("b", "")]), ["type"], 2)
    assert found["start"].to_pylist() == [0, 1, 2]
    assert first_rows(table_of([]), ["type"], 2).num_rows == 0


@given(names, st.integers(0, 4), st.integers(-(2**70), 2**70), st.data())
@settings(deadline=None, max_examples=50)
def test_a_draw_depends_on_the_mentions_and_the_seed_alone(pairs, at_most, seed, data):
    table = table_of(pairs)
    drawn = draw(table, ["type"], at_most, seed=seed)
    for name in {one for one, _ in pairs}:
        size = sum(one == name for one, _ in pairs)
        assert drawn["type"].to_pylist().count(name) == min(size, at_most)
    assert drawn["start"].to_pylist() == sorted(drawn["start"].to_pylist())
    order = data.draw(st.permutations(range(len(pairs))))
    shuffled = draw(table.take(pa.array(order, pa.int64())), ["type"], at_most, seed=seed)
    assert shuffled.sort_by("start").equals(drawn)
    # What is drawn stays drawn when others leave.
    rest = draw(drawn, ["type"], at_most, seed=seed)
    assert rest.equals(drawn)


def test_another_seed_draws_others():
    table = table_of([("a", "")] * 50)
    draws = {tuple(draw(table, ["type"], 3, seed=seed)["start"].to_pylist()) for seed in range(9)}
    assert len(draws) == 9
