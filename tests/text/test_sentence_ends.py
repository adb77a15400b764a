"""A mark ends a sentence or an abbreviation, depending on the words around it."""

import pytest

from sru_ner.text.sentence_ends import ends_sentence, is_never_last, is_seldom_last, last_part
from sru_ner.text.sentence_starts import read_start


def ends(before, after, marks="."):
    text = f"{before}{marks} {after}"
    start = read_start(text, len(before) + len(marks) + 1, caseless=False)
    return ends_sentence(text, 0, len(before), marks, start)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Rats sat", "Dogs"),
        ("Rats ran", "12 dogs"),
        ("Rats sat", "(2) dogs"),
        ("It was found by Ito et al", "The"),
        ("In group B", "Rats"),
        ("It took 5 h", "12 rats"),
        ("It was given p.o", "Rats"),
        ("Seen in 1999", "12 rats"),
        ("The cause is IL-2", "IL-3"),
        ("She has a Ph.D", "She"),
    ],
)
def test_ends(before, after):
    assert ends(before, after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Rats sat", "and ate"),
        ("Rats sat", "= 5"),
        ("See Fig", "The"),
        ("See (Table/Figs", "Two"),
        ("It was found by Ito et al", "2005"),
        ("It was found by J", "Ito"),
        ("It was found by J", "R. Ito"),
        ("In the U.S", "National"),
        ("It was given p.o", "5 mg"),
        ("2", "Rats"),
        ("(iv)", "Rats"),
        ("Figure 2", "Growth"),
        ("P was 0", "05"),
        ("Published in Proc", "Natl"),
        ("", "Rats"),
    ],
)
def test_does_not_end(before, after):
    assert not ends(before, after)


def test_other_marks():
    assert ends("Is it", "Yes", "?")
    assert ends("by J", "Ito", "!")
    assert not ends("Is it", "yes", "?")
    assert ends("It is", "Rats", "...")
    assert not ends("CTTGG ", "CCAAG", "...")


def test_abbreviations():
    assert is_never_last("(Fig")
    assert not is_never_last("NOS")
    assert is_seldom_last("Biochem.Mol")
    assert not is_seldom_last("cell")
    assert is_seldom_last("Cell")
    assert last_part("(Table/Figs") == "Figs"
