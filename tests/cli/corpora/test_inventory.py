import re

import pytest

from sru_ner.errors import InputError, UnknownNameError


def test_inventory_counts_where_harmonised_and_shows_the_catalog_otherwise(call, tmp_path):
    assert "synthetic_genes" not in call("corpora", "inventory")  # names run downwards
    call("corpora", "fetch", "synthetic_genes")
    call("harmonize", "synthetic_genes")
    call("corpora", "inventory", "synthetic_genes", "nlm_gene", "--output", "inventory.md")
    _, _, genes, nlm_gene, *_ = (tmp_path / "inventory.md").read_text().splitlines()
    assert re.fullmatch(r"\| synthetic_genes \|.* ● [\d,]+ \|.*", genes)
    assert "| ● |" in nlm_gene
    with pytest.raises(UnknownNameError):
        call("corpora", "inventory", "no_such")


def test_pairs_of_types_are_shown_with_what_speaks_for_them(call):
    for name in ("synthetic_chemicals", "synthetic_diseases"):
        call("corpora", "fetch", name)
        call("harmonize", name)
    shown = call("corpora", "inventory", "--pairs")
    assert re.search(r"Chemical +Disease +yes +0 +0 +flat sources", shown)
    with pytest.raises(InputError, match="leave out --output"):
        call("corpora", "inventory", "--pairs", "--output", "pairs.csv")
