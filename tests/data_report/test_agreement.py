import pytest

from sru_ner.data_report.agreement import OTHER_BOUNDARIES, UNMARKED, compare
from sru_ner.dataset.corpus import Corpus
from sru_ner.inventories.table import from_corpus, tabulate


@pytest.fixture(scope="module")
def rows(corpora):
    names = ["drugs", "fevers", "mixed"]
    handles = {name: Corpus(corpora / "harmonized", name) for name in names}
    found = compare(handles, tabulate([from_corpus(corpus) for corpus in handles.values()]))
    return {(row.source, row.type, row.other): row for row in found}


def test_marked_here_and_not_there(rows):
    row = rows["drugs", "Chemical", "mixed"]
    # Each pair of documents says it three times; `zaltrexin` in the second is one string with the
    # others, and nobody marks it in `mixed`. 20 pairs in train, one each in dev and test.
    assert (row.status, row.strings) == ("annotated", 1)
    assert row.outcomes == {"Chemical": 44, UNMARKED: 22}
    assert row.share(UNMARKED) == pytest.approx(1 / 3)
    assert row.unmarked == (("zaltrexin", 22),)


def test_marked_here_where_it_is_not_annotated_there(rows):
    row = rows["drugs", "Chemical", "fevers"]
    assert (row.status, row.outcomes) == ("unknown", {UNMARKED: 66})


def test_other_types_and_other_boundaries(rows):
    species = rows["fevers", "Species", "mixed"]
    assert species.outcomes == {"Animal": 44}
    assert species.different == (("mice", "Animal", 44),)
    assert (species.other_types, species.status) == (44, "unknown")
    diseases = rows["fevers", "Disease", "mixed"]
    # `velmar fever` overlaps the marked `velmar`; `fever` inside it is in no mention.
    assert diseases.outcomes == {OTHER_BOUNDARIES: 66, UNMARKED: 66}
    assert diseases.strings == 2


def test_nothing_is_compared_with_itself_or_where_it_does_not_occur(rows):
    assert not [key for key in rows if key[0] == key[2]]
    assert ("mixed", "Gene", "drugs") in rows
    assert all(row.strings and row.occurrences for row in rows.values())
