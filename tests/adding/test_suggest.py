import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.adding.suggest import is_known, suggest_types
from sru_ner.corpora.catalog import load_catalog


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Chemical", "Chemical"),
        ("CHEMICALS", "Chemical"),
        ("SpecificDisease", "Disease"),
        ("cell-line", "Cell_Line"),
        ("Cell_lines", "Cell_Line"),
        ("protein", "Gene_or_protein"),
        ("PER", "Person"),
        ("Chemcal", "Chemical"),
        ("dosage form", "Dosage_Form"),
        ("T999", "T999"),
        ("7up", "Type_7up"),
        ("$$", "Type"),
    ],
)
def test_names_are_taken_as_the_catalog_takes_them(name, expected):
    assert suggest_types([name], load_catalog()) == {name: expected}


def test_known_types():
    catalog = load_catalog()
    assert is_known("Chemical", catalog)
    assert not is_known("Dosage_Form", catalog)


@given(st.text(max_size=20))
def test_every_suggestion_can_stand_in_the_catalog(name):
    (suggested,) = suggest_types([name], {}).values()
    assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", suggested)
