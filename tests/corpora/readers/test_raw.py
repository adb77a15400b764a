import pytest

from sru_ner.corpora.readers.raw import numbered_lines
from sru_ner.errors import InputError


def test_only_newlines_end_a_line(tmp_path):
    path = tmp_path / "file"
    path.write_bytes("\ufeffa\x85b\u2028c\r\n\r\nd\x0b".encode())
    assert list(numbered_lines(path)) == [(1, "a\x85b\u2028c"), (2, ""), (3, "d\x0b")]


def test_other_encodings_are_refused_with_their_line(tmp_path):
    path = tmp_path / "latin.tsv"
    path.write_bytes("a\nb\nna\u00efve\n".encode("latin-1"))
    with pytest.raises(InputError, match="0xef") as caught:
        list(numbered_lines(path))
    assert caught.value.line == 3


def test_missing_file_says_how_to_fetch_it(tmp_path):
    with pytest.raises(InputError, match="corpora fetch"):
        list(numbered_lines(tmp_path / "none"))
