import json

import pytest

from sru_ner.errors import UnknownNameError


def test_list_says_what_is_missing(call):
    rows = {row["name"]: row for row in json.loads(call("corpora", "list", "--json"))}
    assert rows["bc5cdr"]["splits"] == ["train", "dev", "test"]
    assert rows["bc5cdr"]["missing"] == ["train.tsv", "devel.tsv", "test.tsv"]
    assert rows["bc5cdr"]["published"] == {"train": 9385, "dev": 9591, "test": 9809}
    table = call("corpora", "list")
    assert all(name in table for name in rows)
    assert "0 of 3" in table
    assert all(len(line) <= 160 for line in table.splitlines())


def test_list_shows_named_corpora_in_full(call):
    text = call("corpora", "list", "conll2003", "gnormplus")
    assert "5,648 (test), not checked against the paper" in text
    assert "Sign the agreement" in text
    assert "Gene, Gene_Family, Protein_Domain" in text
    assert "bc5cdr" not in text
    with pytest.raises(UnknownNameError, match="Did you mean 'conll2003'"):
        call("corpora", "list", "conll2002")
