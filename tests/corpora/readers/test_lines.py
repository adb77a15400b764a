from pathlib import Path

import pytest

from sru_ner.corpora.archives import Part
from sru_ner.corpora.readers.lines import decoded, numbered_lines
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
