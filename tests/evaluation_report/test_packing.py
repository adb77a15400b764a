import json
import math

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.evaluation_report.packing import packed

CELLS = st.tuples(
    st.one_of(st.none(), st.text(max_size=3)),
    st.one_of(st.none(), st.floats(0, 1), st.just(math.nan)),
    st.one_of(st.none(), st.integers(-9, 9)),
    st.booleans(),
)


def unpacked(table):
    """What the page's `rowsOf` does."""
    columns = [
        [None if code is None else column["values"][code] for code in column["codes"]]
        if isinstance(column, dict)
        else column
        for column in table.values()
    ]
    return [tuple(row) for row in zip(*columns, strict=True)]


@settings(deadline=None)
@given(st.lists(CELLS, max_size=8))
def test_nothing_is_lost_but_digits(rows):
    kinds = [pa.string(), pa.float64(), pa.int64(), pa.bool_()]
    columns = list(zip(*rows, strict=True)) or [[], [], [], []]
    table = pa.table(
        {name: pa.array(c, k) for name, c, k in zip("abcd", columns, kinds, strict=True)}
    )
    found = packed(table, "abcd")
    json.dumps(found, allow_nan=False)
    expected = [
        (text, None if share is None or math.isnan(share) else round(share, 6), number, flag)
        for text, share, number, flag in rows
    ]
    assert unpacked(found) == expected


def test_a_string_is_told_once():
    table = pa.table({"model": ["long_name"] * 50})
    assert json.dumps(packed(table, ["model"])).count("long_name") == 1
