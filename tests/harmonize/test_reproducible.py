"""Harmonised tables and reports are the same to the byte, wherever and in whatever order made."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.fetch import fetch_source

SOURCES = ["synthetic_full", "synthetic_genes", "synthetic_species"]


def harmonize(folder: Path, names: list[str], seed: str) -> dict[str, str]:
    """Run the command in a folder of its own; digests of all that it wrote, by relative path."""
    folder.mkdir()
    for name in names:
        fetch_source(find_source(name), folder / "data/raw")
    variables = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parents[2])}
    subprocess.run(
        [sys.executable, "-m", "sru_ner", "harmonize", *names],
        cwd=folder,
        env={**os.environ, **variables},
        check=True,
        capture_output=True,
    )
    written = [*(folder / "data/harmonized").rglob("*"), *(folder / "reports").rglob("*")]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in written
        if path.is_file()
    }


def test_order_folder_and_hash_seed_change_no_byte(tmp_path):
    first = harmonize(tmp_path / "one", SOURCES, "1")
    second = harmonize(tmp_path / "another folder", SOURCES[::-1], "4294967295")
    assert first == second
    # Three tables of three splits, an inventory and a report for each source.
    assert len(first) == len(SOURCES) * (9 + 2)
