import json
import re

import pytest

from sru_ner.cli import harmonize
from sru_ner.dataset.corpus import harmonized_sources
from sru_ner.errors import UnknownNameError

SOURCES = ["synthetic_genes", "synthetic_species"]


def test_table_shows_each_split(call, tmp_path):
    call("corpora", "fetch", *SOURCES)
    table = call("harmonize", *SOURCES)
    assert harmonized_sources(tmp_path / "data/harmonized") == SOURCES
    for name in SOURCES:
        report = json.loads((tmp_path / f"reports/harmonize/{name}.json").read_text())
        kept = report["splits"]["train"]["mentions"]["kept"]
        (row,) = [line.split() for line in table.splitlines() if f"{name} " in line][:1]
        assert row[:2] == [name, "train"]
        assert row[4] == f"{kept:,}"
    assert re.fullmatch(
        r"Harmonised 2 corpora with [\d,]+ mentions in \d+\.\d s\. The peak memory was [\d,]+ MB\.",
        table.splitlines()[-1],
    )


def test_folders_and_parameters_can_be_named(call, tmp_path):
    call("corpora", "fetch", "synthetic_genes", "--output", "r")
    call("harmonize", "synthetic_genes", "--raw", "r", "--output", "o", "--reports", "p")
    report = json.loads((tmp_path / "p/synthetic_genes.json").read_text())
    assert report["settings"] == {"max_refused_share": 0.01, "dev_share": 0.1, "test_share": 0.1}
    assert not (tmp_path / "data").exists()


def test_unknown_corpus_stops_the_command_before_it_begins(call, tmp_path):
    with pytest.raises(UnknownNameError, match="Did you mean 'synthetic_genes'"):
        call("harmonize", "synthetic_species", "synthetic_genus")
    assert list(tmp_path.iterdir()) == []


def test_published_difference_stands_beside_the_last_split_it_counts():
    rows = [
        {"splits": "train+dev", "difference": -7},
        {"splits": "test", "difference": 0},
    ]
    shown = [harmonize._to_published(rows, split) for split in ("train", "dev", "test")]
    assert shown == ["", "-7 train+dev", "+0"]
