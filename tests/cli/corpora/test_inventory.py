import re

import pytest

from sru_ner.errors import UnknownNameError


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
