"""`corpora list`, `corpora fetch` and `harmonize` as they are called."""

import json
import re

import pytest
from typer.testing import CliRunner

from sru_ner.cli import harmonize
from sru_ner.cli.main import app
from sru_ner.dataset.corpus import harmonized_sources
from sru_ner.errors import UnknownNameError

SOURCES = ["synthetic_genes", "synthetic_species"]


@pytest.fixture
def call(tmp_path, monkeypatch):
    """Run a command in an empty folder; its errors are raised."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        result = CliRunner().invoke(app, arguments, env={"COLUMNS": "160"})
        if isinstance(result.exception, Exception):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.stdout

    return call


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


def test_fetch_and_harmonize(call, tmp_path):
    assert "synthetic_species: 3 files" in call("corpora", "fetch", *SOURCES)
    listed = json.loads(call("corpora", "list", "--json"))
    assert [row["name"] for row in listed if not row["missing"]] == SOURCES
    table = call("harmonize", *SOURCES)
    assert harmonized_sources(tmp_path / "data/harmonized") == SOURCES
    for name in SOURCES:
        report = json.loads((tmp_path / f"reports/harmonize/{name}.json").read_text())
        kept = report["splits"]["train"]["mentions"]["kept"]
        (row,) = [line.split() for line in table.splitlines() if f"{name} " in line][:1]
        assert row[:2] == [name, "train"]
        assert row[4] == f"{kept:,}"
    assert re.fullmatch(
        r"2 corpora, [\d,]+ mentions: \d+\.\d s, peak memory [\d,]+ MB", table.splitlines()[-1]
    )


def test_folders_and_parameters_can_be_named(call, tmp_path):
    call("corpora", "fetch", "synthetic_genes", "--output", "r")
    call("harmonize", "synthetic_genes", "--raw", "r", "--output", "o", "--reports", "p")
    report = json.loads((tmp_path / "p/synthetic_genes.json").read_text())
    assert report["settings"] == {"max_refused_share": 0.01, "dev_share": 0.1}
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", [("corpora", "fetch"), ("harmonize",)])
def test_unknown_corpus_stops_the_command_before_it_begins(call, tmp_path, command):
    with pytest.raises(UnknownNameError, match="Did you mean 'synthetic_genes'"):
        call(*command, "synthetic_species", "synthetic_genus")
    assert list(tmp_path.iterdir()) == []


def test_published_difference_stands_beside_the_last_split_it_counts():
    rows = [
        {"splits": "train+dev", "difference": -7},
        {"splits": "test", "difference": 0},
    ]
    shown = [harmonize._to_published(rows, split) for split in ("train", "dev", "test")]
    assert shown == ["", "-7 train+dev", "+0"]


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


def test_counts_are_compared_with_the_published(call, tmp_path):
    call("corpora", "fetch", "synthetic_genes")
    call("harmonize", "synthetic_genes")
    assert "| synthetic_genes | train+dev+test |" in call("corpora", "counts", "synthetic_genes")
    call("corpora", "counts", "synthetic_genes", "--output", "counts.csv")
    assert (tmp_path / "counts.csv").read_text().startswith("source,splits,in_files,kept")
