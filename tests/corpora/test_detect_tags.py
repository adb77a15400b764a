import pytest

from sru_ner.corpora.detect_tags import guess_bare_tags, guess_tags


def form(tags, guess=guess_tags):
    found = guess([None if tag == "|" else tag for tag in tags.split()])
    return found and (found.scheme, found.separator, found.outside, found.types, found.header)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O B-X I-X O", ("iob2", "-", "O", ("X",), False)),
        ("O I-X I-X O I-Y", ("iob1", "-", "O", ("X", "Y"), False)),
        ("O B-X | I-X I-X | I-X", ("iob1", "-", "O", ("X",), False)),
        ("O B-X L-X U-Y", ("iobes", "-", "O", ("X", "Y"), False)),
        ("O B_X I_X O", ("iob2", "_", "O", ("X",), False)),
        ("_ B-X _ _", ("iob2", "-", "_", ("X",), False)),
        ("ner O B-X O", ("iob2", "-", "O", ("X",), True)),
        ("B-X B-Y", ("iob2", "-", "O", ("X", "Y"), False)),
        ("B-X B-X", None),
        ("O O O", None),
        ("O B-X of the", None),
        ("O X X O", None),
        ("", None),
    ],
)
def test_tags_with_letters(tags, expected):
    assert form(tags) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("O PER PER O LOC", ("io", "-", "O", ("LOC", "PER"), False)),
        ("O PER PER PER PER", None),
        ("O O O O", None),
        ("O PER", None),
        ("O O 1 2", None),
    ],
)
def test_tags_that_are_types(tags, expected):
    assert form(tags, guess_bare_tags) == expected


def test_many_different_words_are_no_types():
    assert guess_bare_tags(["O"] * 60 + [f"word{i}" for i in range(60)]) is None
