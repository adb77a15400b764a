import json

from typer.testing import CliRunner

from sru_ner.cli.main import app
from sru_ner.corpora.catalog import load_catalog


def test_each_corpus_has_a_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["corpora", "entries"])
    assert result.stdout == f"{len(load_catalog())} corpora: data/catalog\n"
    entry = json.loads((tmp_path / "data/catalog/bc5cdr.json").read_text())
    assert entry["types"] == {"Chemical": "Chemical", "Disease": "Disease"}
