"""Pairs of types in corpora of documents that mark words of one text."""

import pytest

from sru_ner.corpora.readers.raw import RawDocument, RawMention
from sru_ner.dataset.corpus import Corpus
from sru_ner.dataset.exclusive_types import LEAST_MENTIONS, exclusive_pairs, type_pairs
from sru_ner.dataset.tables import write_table
from sru_ner.errors import UnknownNameError
from sru_ner.harmonize.convert import convert
from sru_ner.harmonize.inventory_rows import inventory_rows
from sru_ner.harmonize.tables import inventory_table, split_tables

TEXT = " ".join(f"w{number:02}" for number in range(20))  # a word is 3 wide, and 4 to the next


@pytest.fixture
def corpus(tmp_path):
    """Write a corpus of documents with the same mentions and return its handle."""

    def make(name, types, mentions, *, documents=LEAST_MENTIONS, covers=None, split="train"):
        names = {type_: type_ for type_ in types}
        raw = [
            RawMention(4 * start, 4 * end - 1, TEXT[4 * start : 4 * end - 1], type_, 1)
            for type_, start, end in mentions
        ]
        content = [
            convert(RawDocument(str(number), TEXT, tuple(raw), 1), names)[0]
            for number in range(documents)
        ]
        for table, rows in split_tables(name, split, [("f", d) for d in content]).items():
            write_table(tmp_path, table, rows, name, split)
        inventory = inventory_rows(name, names, covers or {}, {split: content}, {})
        write_table(tmp_path, "inventories", inventory_table(inventory), name)
        return Corpus(tmp_path, name)

    return make


def test_types_that_a_source_marks_often_and_never_as_both_are_exclusive(corpus):
    one = corpus("one", ["Drug", "Gene"], [("Drug", 0, 1), ("Gene", 2, 3)])
    (pair,) = type_pairs([one])
    assert (pair.types, pair.sources) == (("Drug", "Gene"), ("one",))
    assert (pair.mentions, pair.shared, pair.exclusive) == (LEAST_MENTIONS, 0, True)


def test_a_few_mentions_show_nothing(corpus):
    few = corpus(
        "few", ["Drug", "Gene"], [("Drug", 0, 1), ("Gene", 2, 3)], documents=LEAST_MENTIONS - 1
    )
    assert exclusive_pairs("observed", [few]) == []


def test_types_that_share_a_place_are_not_exclusive(corpus):
    both = corpus("both", ["DNA", "Protein"], [("DNA", 0, 2), ("Protein", 0, 2)])
    (pair,) = type_pairs([both])
    assert (pair.shared, pair.exclusive) == (LEAST_MENTIONS, False)


def test_what_no_source_can_show_is_exclusive_if_both_are_flat(corpus):
    drugs = corpus("drugs", ["Drug"], [("Drug", 0, 1)])
    genes = corpus("genes", ["Gene"], [("Gene", 0, 1)])
    nested = corpus("nested", ["Cell"], [("Cell", 0, 4), ("Cell", 1, 2)])
    assert exclusive_pairs("observed", [drugs, genes, nested]) == [("Drug", "Gene")]


def test_a_type_never_excludes_one_that_is_marked_as_it(corpus):
    split = corpus("split", ["Family", "Gene"], [("Family", 0, 1), ("Gene", 2, 3)])
    coarse = corpus("coarse", ["Gene"], [("Gene", 0, 1)], covers={"Gene": ["Family"]})
    assert exclusive_pairs("observed", [split]) == [("Family", "Gene")]
    assert exclusive_pairs("observed", [split, coarse]) == []


def test_test_data_are_not_looked_at(corpus):
    tested = corpus("one", ["Drug", "Gene"], [("Drug", 0, 1), ("Gene", 2, 3)], split="test")
    (pair,) = type_pairs([tested])
    assert (pair.mentions, pair.exclusive) == (0, False)


def test_rules(corpus):
    corpora = [corpus("one", ["Cell", "Drug", "Gene"], [("Drug", 0, 1)])]
    every = [("Cell", "Drug"), ("Cell", "Gene"), ("Drug", "Gene")]
    assert exclusive_pairs("none", corpora) == []
    assert exclusive_pairs("all", corpora) == every
    assert exclusive_pairs((("Gene", "Drug"), ("Drug", "Gene")), corpora) == [("Drug", "Gene")]
    assert exclusive_pairs((("Gene", "Drug", "Cell"),), corpora) == every
    with pytest.raises(UnknownNameError, match="Cell, Drug, Gene"):
        exclusive_pairs((("Gene", "Durg"),), corpora)
