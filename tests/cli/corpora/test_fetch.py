import json

import pytest

from sru_ner.errors import UnknownNameError


def test_fetched_files_are_here(call):
    said = call("corpora", "fetch", "synthetic_species", "synthetic_genes")
    assert "synthetic_species: 3 files, " in said
    listed = json.loads(call("corpora", "list", "--json"))
    here = [row["name"] for row in listed if not row["missing"]]
    assert here == ["synthetic_genes", "synthetic_species"]


def test_folder_can_be_named(call, tmp_path):
    call("corpora", "fetch", "synthetic_genes", "--output", "r")
    assert (tmp_path / "r/synthetic_genes/train.pubtator").is_file()
    assert not (tmp_path / "data").exists()


def test_unknown_corpus_stops_the_command_before_it_begins(call, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'synthetic_genes'"):
        call("corpora", "fetch", "synthetic_species", "synthetic_genus")
    assert list(tmp_path.iterdir()) == []
