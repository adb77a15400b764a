import json

from sru_ner.corpora.catalog import load_catalog


def test_each_corpus_has_a_file(call, tmp_path):
    said = call("corpora", "entries")
    assert said == f"{len(load_catalog())} corpora: data/catalog\n"
    entry = json.loads((tmp_path / "data/catalog/bc5cdr.json").read_text())
    assert entry["types"] == {"Chemical": "Chemical", "Disease": "Disease"}
