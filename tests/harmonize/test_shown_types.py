"""A type counts as annotated only if a mention or the user shows that it was looked for."""

from sru_ner.corpora.readers.raw import RawDocument
from sru_ner.corpora.source import read_entry
from sru_ner.harmonize.shown_types import nearest, shown_types, types_without_mentions
from tests.corpora.material import ENTRY

TYPES = {"Drug": "Chemical", "Drg": "Poison", "Dis": "Disease", "Ill": "Disease", "Noise": None}


def source(**more):
    return read_entry("mine", {**ENTRY, "types": TYPES, "covers": {}, **more})


def document(*annotated):
    return RawDocument("1", "x", (), 1, annotated_types=annotated or None)


def test_a_mention_shows_its_type_and_the_types_of_the_same_name():
    shown = shown_types(source(), {"Drug": 3, "Ill": 1, "Other": 5}, [document()])
    assert shown == {"Drug": "Chemical", "Dis": "Disease", "Ill": "Disease", "Noise": None}


def test_the_user_may_say_what_no_mention_shows():
    for more in (
        {"looked_for": ["Poison"]},
        {"files": [{"name": "a", "split": "test", "annotated_types": ["Poison"]}]},
    ):
        assert "Drg" in shown_types(source(**more), {"Drug": 3}, [])
    assert "Drg" in shown_types(source(), {"Drug": 3}, [document("Drg", "Unknown")])
    assert "Drg" not in shown_types(source(), {"Drug": 3}, [document("Drug")])


def test_each_type_without_a_mention_is_named_with_the_one_that_may_be_meant():
    found = types_without_mentions(source(looked_for=["Disease"]), {"drug": 466, "Drug": 1})
    assert [incident.detail for incident in found] == [
        "no mention has the type 'Drg' (did you mean 'drug', which 466 mentions have?)"
    ]
    assert found[0].mentions == 0


def test_a_name_that_is_like_no_other_gets_no_question():
    assert nearest("Drg", {"Cell": 4}) == ""
    assert nearest("Drg", {"DRUG": 1}) == " (did you mean 'DRUG', which 1 mention has?)"
