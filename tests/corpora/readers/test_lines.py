from pathlib import Path

import pytest

from sru_ner.corpora.archives import Part
from sru_ner.corpora.readers import lines as lines_module
from sru_ner.corpora.readers.lines import decoded, numbered_lines, with_mark
from sru_ner.errors import InputError


def part(content):
    return Part(Path("corpus.zip"), "train.tsv", content)


def test_only_newlines_end_a_line():
    lines = numbered_lines(part("\ufeffa\x85b\u2028c\r\n\r\nd\x0b".encode()))
    assert list(lines) == [(1, "a\x85b\u2028c"), (2, ""), (3, "d\x0b")]


def test_other_encodings_are_refused_with_their_line():
    latin = part("a\nb\nna\u00efve\n".encode("latin-1"))
    with pytest.raises(InputError, match=r"not UTF-8 .*0xef") as caught:
        list(numbered_lines(latin))
    assert (caught.value.line, caught.value.path) == (3, "corpus.zip/train.tsv")
    assert decoded(latin, "iso-8859-1").endswith("na\u00efve\n")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("named", ["utf-8", "cp1252"])
def test_a_byte_order_mark_tells_the_encoding_whatever_is_named(encoding, named):
    file = part("na\u00efve\u010a\r\n\U0001d6fc\u2028b\n\nend".encode(encoding))
    expected = [(1, "na\u00efve\u010a"), (2, "\U0001d6fc\u2028b"), (3, ""), (4, "end")]
    assert list(numbered_lines(file, named)) == expected
    assert decoded(file, named) == with_mark(file, named)[1:]
    assert with_mark(file, named)[0] == "\ufeff"


def test_long_utf_16_is_read_piece_by_piece():
    lines = [f"{number} \U0001d6fc\u0a0d" for number in range(20_000)]
    file = part("\n".join(lines).encode("utf-16-be"))
    assert list(numbered_lines(file, "utf-16")) == list(enumerate(lines, start=1))


def test_the_error_names_the_line_and_the_option():
    for encoding, content in (
        ("utf-16-le", "a\nb\n\u00e9".encode("utf-16-le")[:-1]),
        ("utf-8", b"a\nb\n\xe9"),
    ):
        with pytest.raises(InputError, match="--option encoding=cp1252") as caught:
            list(numbered_lines(part(content), encoding))
        assert caught.value.line == 3
        with pytest.raises(InputError) as caught:
            decoded(part(content), encoding)
        assert caught.value.line == 3


def test_the_line_of_a_character_that_is_none_in_the_middle_of_long_utf_16():
    broken = "a\nb\n".encode("utf-16-le") + b"\x00\xdc" + "c\n".encode("utf-16-le") * 100
    with pytest.raises(InputError, match="not UTF-16") as caught:
        list(numbered_lines(part(broken), "utf-16-le"))
    assert caught.value.line == 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
def test_a_line_without_an_end_is_refused(encoding, monkeypatch):
    monkeypatch.setattr(lines_module, "_LONGEST", 2**20)
    longest = "x" * 2**19
    fits = part(f"a\n{longest}\n".encode(encoding))
    assert list(numbered_lines(fits, encoding)) == [(1, "a"), (2, longest)]
    with pytest.raises(InputError, match="does not end within 1 MiB") as caught:
        list(numbered_lines(part(f"a\n{longest * 3}".encode(encoding)), encoding))
    assert caught.value.line == 2
