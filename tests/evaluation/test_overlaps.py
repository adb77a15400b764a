import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.evaluation.overlaps import DOCUMENT_KEYS, Intervals, on_one_line, overlapping

places = st.lists(
    st.tuples(st.integers(0, 20), st.integers(1, 9)).map(lambda p: (p[0], p[0] + p[1])), max_size=12
)


def intervals(spans):
    table = np.array(spans, np.int64).reshape(-1, 2)
    return Intervals(table[:, 0], table[:, 1])


@settings(deadline=None)
@given(places, places)
def test_all_pairs_that_overlap_and_no_others(one, other):
    i, j = overlapping(intervals(one), intervals(other))
    expected = [
        (a, b)
        for a, (start, end) in enumerate(one)
        for b, (other_start, other_end) in enumerate(other)
        if start < other_end and other_start < end
    ]
    assert sorted(zip(i.tolist(), j.tolist(), strict=True)) == expected


@pytest.mark.parametrize("name", DOCUMENT_KEYS)
def test_mentions_of_different_documents_never_meet(decisions_of, name):
    # The last of one document ends where the next document begins.
    rows = [{name: value, "start": start, "end": 9} for value in "ab" for start in (0, 5)]
    line = on_one_line(decisions_of(rows))
    i, j = overlapping(line, line)
    pairs = sorted(zip(i.tolist(), j.tolist(), strict=True))
    assert pairs == [(a, b) for a in range(4) for b in range(4) if a // 2 == b // 2]


def test_shared_ground():
    shared = intervals([(0, 4), (0, 4), (0, 4)]).shared(intervals([(2, 6), (0, 4), (4, 8)]))
    assert shared.tolist() == pytest.approx([2 / 6, 1.0, 0.0])
