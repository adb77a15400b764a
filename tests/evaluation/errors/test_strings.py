import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.decisions.counts import Counts, count, total
from sru_ner.evaluation.errors.strings import STRINGS_SCHEMA, costly_strings

ROWS = [
    {"text": "Gout", "start": 0, "predicted": True},
    {"text": "gout", "start": 1},
    {"text": "gout", "start": 2},
    {"text": "Gout", "start": 3},
    {"text": "flu", "start": 4, "predicted": True},
    {"text": "Gout", "start": 5, "type": "Gene", "gold": False, "predicted": True},
    {"text": "mice", "start": 6, "gold": False, "predicted": True, "in_inventory": False},
    {"text": "flu", "start": 0, "tested": "u", "gold": False, "predicted": True},
]


def test_what_each_string_costs(decisions_of):
    table = costly_strings(decisions_of(ROWS))
    assert table.schema.equals(STRINGS_SCHEMA)
    first, second, third = table.to_pylist()
    assert first == {
        "model": "m",
        "tested": "t",
        "string": "gout",
        "type": "Disease",
        "text": "Gout",
        "tp": 1,
        "fp": 0,
        "fn": 3,
        "share": pytest.approx(3 / 4),
        "f1": pytest.approx(4 / 8),
        "f1_without": pytest.approx(4 / 5),
    }
    assert (second["type"], second["fp"], second["f1_without"]) == ("Gene", 1, pytest.approx(4 / 7))
    assert (third["tested"], third["f1"], third["f1_without"]) == ("u", 0.0, None)


def test_only_the_worst_are_kept(decisions_of):
    table = costly_strings(decisions_of(ROWS), at_most=1)
    assert [(r["tested"], r["type"]) for r in table.to_pylist()] == [
        ("t", "Disease"),
        ("u", "Disease"),
    ]
    assert costly_strings(decisions_of([])).schema.equals(STRINGS_SCHEMA)


rows = st.lists(
    st.fixed_dictionaries(
        {
            "tested": st.sampled_from("tu"),
            "text": st.sampled_from(["gout", "flu", "FLU"]),
            "type": st.sampled_from(["Disease", "Gene"]),
            "in_inventory": st.booleans(),
            "state": st.sampled_from(["tp", "fp", "fn"]),
        }
    ),
    max_size=15,
)


@given(rows)
@settings(deadline=None, max_examples=30)
def test_strings_add_up_to_all_errors(decisions_of, rows):
    table = decisions_of(
        [
            {
                **{name: value for name, value in row.items() if name != "state"},
                "start": start,
                "gold": row["state"] != "fp",
                "predicted": row["state"] != "fn",
            }
            for start, row in enumerate(rows)
        ]
    )
    strings, counts = costly_strings(table), count(table).to_pylist()
    for tested in "tu":
        found = strings.filter(pc.field("tested") == tested).to_pylist()
        whole = total(Counts(r["tp"], r["fp"], r["fn"]) for r in counts if r["tested"] == tested)
        assert sum(row["fp"] for row in found) == whole.fp
        assert sum(row["fn"] for row in found) == whole.fn
        assert sum(row["share"] for row in found) == pytest.approx(1 if found else 0)
        assert all(row["f1"] == pytest.approx(whole.ratios.f1) for row in found)
        assert all((row["f1_without"] or 1) >= row["f1"] for row in found)
