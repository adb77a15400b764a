"""BC5CDR and BioRED share abstracts: identifiers say which, and the text has to find them."""

import os
from pathlib import Path

import pytest

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.fetch import fetch_source
from sru_ner.dataset.corpus import Corpus
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.leakage.overlap import find_leakage
from sru_ner.settings.sections import HarmonizeSettings

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(
        not os.environ.get("SRU_NER_MIRROR"), reason="SRU_NER_MIRROR names no mirror"
    ),
]


def test_sentences_find_the_abstracts_that_identifiers_name(tmp_path: Path) -> None:
    for name in ("bc5cdr", "bc5cdr_pubtator", "biored"):
        source = find_source(name)
        fetch_source(source, tmp_path / "raw")
        harmonize_source(source, tmp_path / "raw", tmp_path / "data", tmp_path, HarmonizeSettings())
    data = tmp_path / "data"
    leakage = find_leakage(Corpus(data, name) for name in ["bc5cdr", "bc5cdr_pubtator", "biored"])
    learned = {
        identifier
        for split in ("train", "dev")
        for identifier in Corpus(data, "bc5cdr_pubtator")
        .split(split)
        .table("documents")["document_id"]
        .to_pylist()
    }
    tested = set(Corpus(data, "biored").split("test").table("documents")["document_id"].to_pylist())
    # The same abstracts as sentences of their own, without identifiers and tokenised.
    found = leakage.contamination(["bc5cdr"], "biored", "test")
    assert found.tested == learned & tested
    assert leakage.contamination(["bc5cdr_pubtator"], "biored", "test").tested == found.tested
    assert (found.documents, len(found.tested)) == (100, 21)
