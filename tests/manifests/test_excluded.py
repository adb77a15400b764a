import pytest

from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError
from sru_ner.files import write_json
from sru_ner.manifests.excluded import excluded_documents, learned_corpora


def test_corpora_are_without_what_the_manifest_excludes(harmonized, tmp_path):
    dev = Corpus(harmonized, "chemicals").split("dev").sentences()
    first = dev[0].document_id
    splits = {"train": {"sentences": 18}, "dev": {"sentences": 18, "excluded": [first]}}
    manifest = {"sources": {"chemicals": {"splits": splits}, "diseases": {"splits": {}}}}
    write_json(tmp_path / "m.json", manifest)
    found = learned_corpora(tmp_path / "m.json", harmonized, ["chemicals", "diseases"])
    assert list(found) == ["chemicals", "diseases"]
    assert found["chemicals"].split("dev").sentences() == dev[1:]
    assert found["diseases"] == Corpus(harmonized, "diseases")
    assert excluded_documents(found.values()) == {"chemicals.dev": [first]}


def test_excluded_documents_are_sorted():
    corpora = [
        Corpus("data", "b").without({"train": ["z", "a"], "dev": []}),
        Corpus("data", "a").without({"dev": ["1"]}),
    ]
    assert excluded_documents(corpora) == {"a.dev": ["1"], "b.train": ["a", "z"]}


def test_a_missing_manifest_says_what_makes_it(tmp_path):
    with pytest.raises(InputError, match="sru-ner manifests"):
        learned_corpora(tmp_path / "absent.json", tmp_path, [])


def test_a_manifest_without_a_source_is_out_of_date(tmp_path):
    write_json(tmp_path / "m.json", {"sources": {}})
    with pytest.raises(InputError, match=r"'genes' is missing\n?.*sru-ner manifests"):
        learned_corpora(tmp_path / "m.json", tmp_path, ["genes"])
