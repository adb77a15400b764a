from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sru_ner.corpora.incidents import Incident
from sru_ner.corpora.readers.raw import RawDocument, Reading
from sru_ner.errors import InputError
from sru_ner.harmonize.excerpt import excerpt

PATH = Path("corpus.tsv")


def reading_of(lines):
    """Documents of three lines each in two members, with an incident at each of `lines`."""
    places = [("a", 1), ("a", 4), ("a", 7), ("b", 1), ("b", 4)]
    documents = tuple(RawDocument(f"{p}{n}", "x", (), n, part=p) for p, n in places)
    incidents = tuple(
        Incident("refused", "r", line, "d", part=part) for part in "ab" for line in lines
    )
    return Reading(documents, incidents)


def test_documents_are_counted_from_one_and_the_last_is_taken():
    part = excerpt(reading_of([2, 5]), 2, 4, path=PATH)
    assert [document.id for document in part.documents] == ["a4", "a7", "b1"]
    assert [(i.part, i.line) for i in part.incidents] == [("a", 5), ("b", 2)]


@given(st.lists(st.integers(1, 9)), st.integers(1, 4))
def test_two_parts_make_the_whole_and_share_nothing(lines, cut):
    whole = reading_of(sorted(lines))
    parts = [excerpt(whole, 1, cut, path=PATH), excerpt(whole, cut + 1, 5, path=PATH)]
    assert parts[0].documents + parts[1].documents == whole.documents
    found = sorted(parts[0].incidents + parts[1].incidents, key=lambda i: (i.part, i.line))
    assert tuple(found) == whole.incidents


def test_file_that_is_too_short():
    with pytest.raises(InputError, match=r"corpus\.tsv: the file has 5 documents, .* takes 3 to 6"):
        excerpt(reading_of([]), 3, 6, path=PATH)
