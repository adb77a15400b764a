from dataclasses import replace
from pathlib import Path

import pytest

from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.errors import InputError
from sru_ner.predictions.annotations import Annotations
from sru_ner.predictions.missing_texts import with_texts

TEXTS = {
    "7": "Bromax eases Brill disease. BRX1 was seen in mice.",
    "8": "Marn fever in mice. Bromax was not seen.",
    "9": "BRX1 was not seen in the rats of Brill.",
}
GOLD = Annotations(
    Path("gold.txt"),
    "pubtator",
    {name: RawDocument(name, text, (), i) for i, (name, text) in enumerate(TEXTS.items(), 1)},
)


def bare(documents):
    """Documents without texts: identifier → (start, quoted text) of each mention."""
    found = {
        name: RawDocument(
            name,
            "",
            tuple(RawMention(s, s + len(quoted), quoted, "X", i) for i, (s, quoted) in mentions),
            1,
        )
        for name, mentions in (
            (name, list(enumerate(mentions, 1))) for name, mentions in documents.items()
        )
    }
    return Annotations(Path("pred.txt"), "pubtator", found, has_text=False)


def texts(annotations):
    return {name: document.text for name, document in annotations.documents.items()}


def test_a_namesake_gives_its_text():
    found = with_texts(bare({"8": [(0, "Marn fever"), (14, "mice")], "x": []}), GOLD)
    assert texts(found) == {"8": TEXTS["8"], "x": ""}
    assert not found.has_text


def test_case_white_space_and_unicode_form_of_a_quotation_make_no_difference():
    gold = replace(GOLD, documents={"1": RawDocument("1", "Marn  \ufb01ts seen", (), 1)})
    mention = RawMention(0, 9, "marn fits", "X", 1)
    one = replace(bare({}), documents={"1": RawDocument("1", "", (mention,), 1)})
    assert texts(with_texts(one, gold)) == {"1": "Marn  \ufb01ts seen"}


def test_a_namesake_that_most_quotations_contradict_is_an_error():
    wrong = bare({"8": [(0, "Bromax"), (13, "Brill disease"), (14, "mice")]})
    with pytest.raises(InputError) as caught:
        with_texts(wrong, GOLD, remedy="do this")
    assert str(caught.value) == (
        "pred.txt:1: 2 of 3 mentions of document 8 quote another text than gold.txt:2 has at their"
        " offsets, so these are offsets of other texts; the first quotes 'Bromax' at 0-6, where"
        " 'Marn f' is\n  → do this"
    )
    assert texts(with_texts(wrong, GOLD, aligned=True)) == {"8": TEXTS["8"]}
    half = bare({"8": [(0, "Marn fever"), (13, "Brill disease")]})
    assert texts(with_texts(half, GOLD)) == {"8": TEXTS["8"]}


def test_a_document_without_a_namesake_is_found_by_its_quotations():
    found = with_texts(
        bare(
            {
                "0": [(0, "bromax"), (13, "Brill disease"), (45, "rats")],
                "1": [(0, "Marn fever")],
                "2": [(0, "BRX1")],  # too short to prove anything
                "3": [(0, "Marn fever"), (14, "rats")],  # no more right than wrong
                "4": [],
            }
        ),
        GOLD,
    )
    assert texts(found) == {"0": TEXTS["7"], "1": TEXTS["8"], "2": "", "3": "", "4": ""}


def test_of_two_texts_that_agree_none_is_taken():
    text = "Marn fever in rats."
    gold = replace(GOLD, documents={**GOLD.documents, "5": RawDocument("5", text, (), 9)})
    found = with_texts(bare({"0": [(0, "Marn fever")]}), gold)
    assert texts(found) == {"0": ""}


def test_documents_with_texts_and_sides_without_any_stay():
    assert with_texts(GOLD, bare({"7": []})) is GOLD
    one = bare({"7": [(0, "Bromax")]})
    assert with_texts(one, one) is one
