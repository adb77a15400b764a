"""Figures are found in files, and compared place by place."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sru_ner.reproduction.figures import compare, read_figures

NUMBERS = st.integers(-9, 9) | st.floats(-1, 1)
TREES = st.recursive(
    NUMBERS | st.text("ab", max_size=2) | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("xy", min_size=1), inner),
    max_leaves=8,
)


@given(TREES)
def test_a_file_equals_itself(tree: object) -> None:
    found = read_figures("a.json", json.dumps(tree))
    compared = compare("a.json", found, dict(found))
    assert (compared.figures, compared.different) == (len(found), 0)


@given(st.lists(NUMBERS, min_size=1, max_size=6), st.data())
def test_each_changed_number_is_found(values: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(values) - 1))
    changed = [*values]
    changed[place] += 2
    before, now = (read_figures("a.json", json.dumps({"f": v})) for v in (values, changed))
    compared = compare("a.json", before, now)
    assert compared.different == 1
    assert compared.largest == changed[place] - values[place]
    assert compare("a.json", now, before) == compared


def test_times_are_no_figures() -> None:
    assert read_figures("a.json", '{"f1": 1, "seconds": 2, "in": [{"seconds": 3}]}') == {"/f1": 1}
    assert set(read_figures("a.csv", "epoch,seconds\n1,9.5\n").values()) == {1.0}


def test_rows_are_found_by_their_words() -> None:
    before = read_figures("a.csv", "model,type,f1\nm,A,0.5\nm,B,0.25\n")
    now = read_figures("a.csv", "model,type,f1\nm,B,0.25\nm,A,0.75\n")
    compared = compare("a.csv", before, now)
    assert (compared.figures, compared.different, compared.largest) == (6, 1, 0.25)


def test_what_is_missing_differs() -> None:
    before = read_figures("a.csv", "model,f1\nm,0.5\n")
    assert compare("a.csv", before, {}).different == 2
