from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sru_ner.predictions.alignment import align, find_difference, pair_documents

TEXT = "Fmr1 and β-catenin in naïve mice."


def difference(gold, predicted):
    return find_difference("7", gold, predicted, gold_place="g:1", predicted_place="p:9")


def test_equal_texts_do_not_differ():
    assert difference(TEXT, TEXT) is None


@pytest.mark.parametrize(
    ("other", "kind", "offset"),
    [
        (TEXT.replace(" in ", "  in "), "white space", 19),
        (TEXT.replace("ï", "i\u0308"), "Unicode form", 24),
        (TEXT.replace("ï", "i\u0308").replace(" ", "\n"), "white space and Unicode form", 4),
        (TEXT.replace("β", "beta"), "characters", 9),
        (TEXT[:-1], "characters", 32),
        ("x" + TEXT, "characters", 0),
    ],
)
def test_first_difference_is_told(other, kind, offset):
    found = difference(TEXT, other)
    assert (found.kind, found.offset) == (kind, offset)
    assert found.gold in TEXT
    assert found.predicted in other
    shown = str(found)
    for part in ("document 7", f"character {offset}", repr(found.gold), "g:1", "p:9"):
        assert part in shown
    assert replace(found, kind="white space") != found or kind == "white space"


def carried(text, other, word):
    start = text.index(word)
    span = align(text, other).carry(start, start + len(word))
    return None if span is None else other[slice(*span)]


@pytest.mark.parametrize(
    ("text", "other", "word", "found"),
    [
        ("TNF-α in  mice", "TNF-alpha in mice", "mice", "mice"),
        ("TNF-α in  mice", "TNF-alpha in mice", "TNF-α", "TNF-alpha"),
        ("TNF-alpha in mice", "TNF-α in mice", "TNF-alpha", "TNF-α"),
        ("the old mice ran", "the mice ran", "old mice", None),  # its beginning is gone
        ("the old mice ran", "the mice ran", "mice", "mice"),
        ("the mice ran", "the old mice ran", "the mice", "the old mice"),
        ("a mouse, seen", "a mouse seen", "mouse", "mouse"),
        ("a mouse, seen", "a mouse seen", "mouse,", None),
    ],
)
def test_mentions_are_carried_over(text, other, word, found):
    assert carried(text, other, word) == found


def test_another_text_is_not_aligned():
    assert align("Aspirin relieves headache.", "zzzz qqqq 0123 wwww") is None


def test_a_mention_outside_the_text_is_not_carried():
    assert align("abc", "abc").carry(1, 9) is None


texts = st.text("ab ", min_size=1, max_size=30)


@settings(deadline=None)
@given(text=texts)
def test_a_text_is_aligned_with_itself_as_it_is(text):
    found = align(text, text)
    spans = [(i, j) for i in range(len(text)) for j in range(i + 1, len(text) + 1)]
    assert all(found.carry(*span) == span for span in spans)


@settings(deadline=None)
@given(text=texts, other=texts)
def test_what_is_carried_is_a_piece_of_the_other_text_and_keeps_the_order(text, other):
    found = align(text, other)
    if found is None:
        return
    placed = [found.carry(i, i + 1) for i in range(len(text))]
    kept = [span for span in placed if span]
    assert all(0 <= start < end <= len(other) for start, end in kept)
    assert kept == sorted(kept)
    # Of a character that is in both alone the same one is found.
    for i, span in enumerate(placed):
        if span and span[1] - span[0] == 1 and found.equal[found._stretch(i)]:
            assert other[span[0]] == text[i]


def test_documents_are_paired_by_name_then_by_text():
    gold = {"1": "One text.", "2": "Another  text.", "3": "Twice.", "4": "Twice.", "5": "Alone."}
    predicted = {"1": "Not the same.", "x": "Another text.", "y": "Twice.", "z": "Extra."}
    assert pair_documents(gold, predicted) == ({"1": "1", "2": "x"}, 1)
    assert pair_documents({"a": ""}, {"b": ""}) == ({}, 0)
