import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sru_ner.text.invisible import has_invisible, without_invisible
from sru_ner.text.words import split_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        (" \t\n\u2009\u3000", []),
        ("IL-2 gene.", ["IL", "-", "2", "gene", "."]),
        ("p53/c.920T>G", ["p53", "/", "c", ".", "920T", ">", "G"]),
        ("β-cells, 5µm ½", ["β", "-", "cells", ",", "5µm", "½"]),
        ("a_b", ["a", "_", "b"]),
        ("Kru\u0308ppel x\u0301y", ["Kru\u0308ppel", "x\u0301y"]),
        (" \u0308 ", ["\u0308"]),
        ("-\u0301 =\u0338\u0338b", ["-\u0301", "=\u0338\u0338", "b"]),
        ("a\u200bb", ["a\u200bb"]),
        ("inter\u00adleukin-\u00ad2", ["inter\u00adleukin", "-", "2"]),
        ("\ufeffzinc\u200b \u200b ions\u200d", ["zinc", "ions"]),
        ("\u2764\ufe0f\U0001f469\u200d\u2695\ufe0f", ["\u2764", "\U0001f469", "\u2695"]),
        ("\u845b\U000e0100\u98fe", ["\u845b\U000e0100\u98fe"]),
        ("\u200b\u200d\u2060\ufe0f", []),
        ("𝛼𝛽 日本", ["𝛼𝛽", "日本"]),
    ],
)
def test_words(text, words):
    assert [text[a:b] for a, b in split_words(text)] == words


def test_offset_is_added():
    assert split_words("a b", 10) == [(10, 11), (12, 13)]


def is_letter_or_digit(character):
    return unicodedata.category(character)[0] in "LN"


# Not the unassigned: whether one is a letter by now depends on the version of Unicode.
@given(st.text(st.characters(exclude_categories=["Cn"])))
@example("\x1c\x1d\x1e\x1f\x85\xa0\u2028\ud800")
@example("a\u0301\u0301b\u20dd1=\u0338")
@example("\u200ba\u200d\u0301 \u200b\u0301-\u200b\u0301\u3164")
def test_laws_on_any_text(text):
    words = split_words(text)
    places = [i for start, end in words for i in range(start, end)]
    assert places == sorted(set(places)), "words overlap or are out of order"
    outside = set(range(len(text))) - set(places)
    assert all(text[i].isspace() or has_invisible(text[i]) for i in outside), "one is lost"
    assert not any(text[i].isspace() for i in places), "white space is in a word"
    for start, end in words:
        assert not has_invisible(text[start] + text[end - 1]), "a word begins or ends invisibly"
        first, *rest = without_invisible(text[start:end])
        categories = {unicodedata.category(character)[0] for character in rest}
        assert categories <= set("LNM" if is_letter_or_digit(first) else "M")
    for (_, end), (start, _) in pairwise(words):
        if end == start and is_letter_or_digit(text[end - 1]):
            assert not is_letter_or_digit(text[start]), "a run is broken"


CHARACTERS = st.sampled_from(
    [
        *"aZ09 .,-()\t\n",
        "\r\n",
        "\u00a0",
        "\u2009",
        "\u3000",
        "\u0301",
        "\u20dd",
        *"αβµé日",
        "𝛼",
        "😀",
        "\u200d",
        "\u00ad",
    ]
)
UNICODE = st.lists(CHARACTERS, max_size=40).map("".join)


@given(UNICODE)
@example("𝛼-syn\u0301uclein\r\n\u00a0β\u2009µg😀")
def test_text_comes_back_from_words_and_what_lies_between(text):
    words = split_words(text)
    edges = [0, *(edge for word in words for edge in word), len(text)]
    between = [text[a:b] for a, b in zip(edges[::2], edges[1::2], strict=True)]
    assert not without_invisible("".join(between)).strip()
    content = [text[a:b] for a, b in words]
    assert "".join(x for pair in zip(between, [*content, ""], strict=True) for x in pair) == text


@given(UNICODE, UNICODE)
def test_words_do_not_depend_on_what_stands_apart_from_them(before, after):
    words = split_words(f"{before} {after}")
    assert words == split_words(before) + split_words(after, len(before) + 1)


@given(UNICODE)
def test_offsets_are_code_points_and_not_units_of_an_encoding(text):
    utf16 = text.encode("utf-16-le")
    for start, end in split_words(text):
        a, b = (2 * (i + sum(c > "\uffff" for c in text[:i])) for i in (start, end))
        assert utf16[a:b].decode("utf-16-le") == text[start:end]
        assert len(text[start:end].encode()) == len(text[:end].encode()) - len(
            text[:start].encode()
        )


@given(UNICODE)
def test_words_of_the_text_of_its_words_are_the_same(text):
    content = [text[a:b] for a, b in split_words(text)]
    joined = " ".join(content)
    assert [joined[a:b] for a, b in split_words(joined)] == content


@given(UNICODE)
def test_words_are_those_of_the_text_that_is_seen(text):
    seen = without_invisible(text)
    expected = [seen[a:b] for a, b in split_words(seen)]
    assert [without_invisible(text[a:b]) for a, b in split_words(text)] == expected
