"""Kinds of words with which a sentence may begin."""

import pytest

from sru_ner.text.sentence_starts import Start, read_start


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("rats", "lower"),
        ("well-known", "lower"),
        ("e.g. rats", "lower"),
        ("Rats", "capital"),
        ("(Rats", "capital"),
        ("“Rats”", "capital"),
        ("Anti-CD3", "capital"),
        ("A rat", "capital"),
        ("الفئران", "capital"),
        ("RATS", "capitals"),
        ("IkappaB", "mixed"),
        ("p53", "mixed"),
        ("mRNA", "mixed"),
        ("c-Myc", "mixed"),
        ("c.68A", "mixed"),
        ("alpha chains", "mixed"),
        ("12 rats", "number"),
        ("-5 C", "number"),
        ("2. Rats", "item"),
        ("2) Rats", "item"),
        ("(iv) rats", "item"),
        ("• rats", "item"),
        ("= 5", "other"),
        ("", "other"),
    ],
)
def test_kinds(text, kind):
    assert read_start(text, 0, caseless=False).kind == kind


def test_words_that_clearly_begin_a_sentence():
    assert read_start("The rats", 0, caseless=False) == Start("capital", clear=True, initial=False)
    assert not read_start("Rats", 0, caseless=False).clear
    assert not read_start("The-rat", 0, caseless=False).clear
    assert read_start("A. Smith", 0, caseless=False) == Start("capital", clear=False, initial=True)


def test_every_word_may_begin_a_sentence_of_a_text_without_capitals():
    assert read_start("rats", 0, caseless=True).kind == "capital"
    assert read_start("the rats", 0, caseless=True).clear
