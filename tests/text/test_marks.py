"""Marks that may end a sentence: not those in brackets, at line ends or inside words."""

import pytest

from sru_ner.text.marks import FullWidthMark, Mark, find_marks


def nexts(text):
    return [text[mark.next :] for mark in find_marks(text)]


@pytest.mark.parametrize(
    ("text", "following"),
    [
        ("a. b! c", ["b! c", "c"]),
        ("a.b c", []),
        ("a.\nb", []),
        ("a (b. c) d. e", ["e"]),
        ("a (b.) c", ["c"]),
        ("a?!  b", ["b"]),
        ("a.The rats", ["The rats"]),
        ("a.12 The", ["The"]),
        ("a.[1, 2] The", ["The"]),
        ("a。b", ["b"]),
        ("a. ", []),
    ],
)
def test_what_follows_a_mark(text, following):
    assert nexts(text) == following


def test_marks_are_given_without_what_follows_them():
    assert list(find_marks('a ?!") b')) == [Mark(7, 2, "?!", glued=False)]
    assert list(find_marks("a。」 b")) == [FullWidthMark(4)]


def test_a_citation_needs_a_word_before_the_mark():
    (mark,) = find_marks("version 1.5 The")
    assert mark.glued
    assert not mark.separates("version 1.5 The", 0, caseless=False)
    (mark,) = find_marks("rats sat.5 The")
    assert mark.separates("rats sat.5 The", 0, caseless=False)
