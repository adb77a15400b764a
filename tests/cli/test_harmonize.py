import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sru_ner.cli import harmonize
from sru_ner.dataset.corpus import harmonized_sources
from sru_ner.errors import UnknownNameError
from tests.suite_files import write_suite

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


KILLED = """
import os, signal, sys
from pathlib import Path
from sru_ner.cli.main import app
import pyarrow.parquet, sru_ner.harmonize.pipeline, sru_ner.leakage.pairs  # once, for all children

def run(folder, command, killed_at):
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1]
    os.chdir(folder)
    replace, writes = Path.replace, []
    def counted(self, target):
        writes.append(target)
        if len(writes) == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return replace(self, target)
    Path.replace = counted
    app(command, standalone_mode=False)
    os._exit(0)

kills = 0
for command in (["corpora", "fetch", "synthetic_genes"], ["harmonize", "synthetic_genes"],
                ["corpora", "leakage"], ["manifests"]):
    assert run("undisturbed", command, 0) == 0
    write = 1
    while (status := run("killed", command, write)) != 0:
        assert status == signal.SIGKILL, (command, status)
        kills, write = kills + 1, 3 * write
print("kills:", kills)
"""
SMALL = """
suite: small
corpora: [synthetic_genes]
train: {}
experiments: {one: {sources: [synthetic_genes]}}
evaluate: {tested: [synthetic_genes], leakage: mark}
assess: {experiment: one}
register: {candidate: one}
"""


@pytest.mark.fault(
    "fetching, harmonising, leakage and manifests are killed with SIGKILL at several writes",
    before="folders `.name.XXXX` stayed in data/raw, and became part of DVC's digest",
    now="run again, they give the same bytes, and nothing else is there",
)
def test_stages_that_were_killed_end_with_the_same_bytes(tmp_path: Path) -> None:
    for name in ("undisturbed", "killed"):
        (tmp_path / name).mkdir()
        write_suite(tmp_path / name, yaml.safe_load(SMALL))
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.rpartition("kills: ")[2]) >= 6
    undisturbed, killed = (
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file()
        }
        for folder in (tmp_path / "undisturbed", tmp_path / "killed")
    )
    assert sorted(undisturbed) == sorted(killed)
    assert [name for name in undisturbed if undisturbed[name] != killed[name]] == []
