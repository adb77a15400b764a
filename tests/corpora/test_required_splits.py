"""A suite that cannot end, because a corpus lacks a split, does not begin."""

import pytest
import yaml

from flows.available import check_available
from flows.dvc_stage import ROOT
from flows.suites import composed, known_suites
from sru_ner.corpora.catalog import load_catalog
from sru_ner.corpora.required_splits import check_splits, missing_splits
from sru_ner.corpora.source import read_entry
from sru_ner.errors import InputError
from sru_ner.settings.params import Params, load_params
from tests.corpora.material import ENTRY
from tests.suite_files import write_suite

GIVEN = {"splits": True, "documents": False, "sentences": True}


def values_of(**evaluate):
    values = yaml.safe_load(composed("demo", ROOT))
    values |= {
        "corpora": ["drugs", "genes"],
        "experiments": {"both": {"sources": ["drugs", "genes"]}, "one": {"sources": ["genes"]}},
        "assess": {"experiment": "both"},
        "register": {"candidate": "both"},
    }
    values["evaluate"] |= {"tested": ["drugs"], **evaluate}
    return values


def suite(**evaluate):
    return Params.model_validate(values_of(**evaluate))


def entry(*splits):
    return {**ENTRY, "given": GIVEN, "files": [{"name": split, "split": split} for split in splits]}


def source(name, *splits):
    return read_entry(name, entry(*splits))


def test_every_corpus_without_a_needed_split_is_in_one_list():
    sources = {"drugs": source("drugs", "train"), "genes": source("genes", "train", "test")}
    assert missing_splits(suite(), sources) == [
        "drugs has no dev and no test split, but both learns from it and evaluate.tested names it,"
        " with evaluate.split test",
        "genes has no dev split, but both, one learn from it",
    ]
    with pytest.raises(InputError, match=r"genes has no dev[\s\S]*--split train\+dev\+test"):
        check_splits(suite(), sources)


def test_a_corpus_that_is_only_tested_on_needs_the_tested_split_only():
    values = values_of(split="dev")
    values["experiments"] = {"both": {"sources": ["genes"]}}
    tested = Params.model_validate(values)
    assert missing_splits(tested, {"drugs": source("drugs", "dev")}) == []
    assert "no dev split" in missing_splits(tested, {"drugs": source("drugs", "test")})[0]


@pytest.mark.parametrize("name", known_suites())
def test_every_suite_has_the_splits_that_it_needs(name):
    check_splits(Params.model_validate(yaml.safe_load(composed(name, ROOT))), load_catalog())


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a suite whose own corpus has no dev split and whose files are missing."""
    monkeypatch.setenv("SRU_NER_CATALOG", str(tmp_path / "corpora"))
    write_suite(tmp_path, values_of())
    (tmp_path / "corpora").mkdir()
    for name, splits in {"drugs": ["train", "test"], "genes": ["train", "dev"]}.items():
        text = yaml.safe_dump({**entry(*splits), "obtain": "ask Ann"})
        (tmp_path / f"corpora/{name}.yaml").write_text(text)
    return tmp_path


def test_the_pipeline_names_missing_files_and_missing_splits_together(project):
    with pytest.raises(InputError) as caught:
        check_available(load_params(project / "suites/demo/params.yaml"), project)
    assert "drugs: put train, test into" in str(caught.value)
    assert "drugs has no dev split, but both learns from it" in str(caught.value)
