"""Adding a corpus as a newcomer does it, step by step of docs/how-to/add-a-corpus.md."""

import json
import shutil
from pathlib import Path

import pytest

from sru_ner.corpora.catalog import find_source
from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError, UnknownNameError

FIXTURES = Path(__file__).parents[2] / "fixtures"

TRAIN = """\
{"id": "1", "text": "Bromax eases Brill disease.", "spans": [
 {"start": 0, "end": 6, "type": "drug"}, {"start": 13, "end": 26, "type": "DISEASE"},
 {"start": 13, "end": 18, "type": "PER"}]}
{"id": "2", "text": "No drug.", "spans": [{"start": 3, "end": 99, "type": "drug"}]}
""".replace("\n ", " ")


@pytest.fixture(autouse=True)
def corpus(tmp_path):
    (tmp_path / "my_train.jsonl").write_text(TRAIN)


def test_a_newcomer_adds_a_corpus_in_four_steps(call, tmp_path):
    # Drug as suggested, Disease by another name, persons left out; then yes.
    shown = call("corpora", "add", "mine", "my_train.jsonl", answers="\nIllness\n-\ny\n")
    assert "format: jsonl" in shown
    assert "train: 2 documents, 2 sentences, 2 mentions (0 nested)" in shown
    assert "refused 1 × past_the_end, first my_train.jsonl:2:" in shown
    assert "25.0% of the mentions are refused" in shown
    assert "Bromax eases Brill disease.\n╰────╯ Drug  ╰───────────╯ Illness\n" in shown
    assert "The entry of mine is corpora/mine.yaml. Next:\n  sru-ner harmonize mine\n" in shown
    source = find_source("mine")
    assert source.types == {"drug": "Drug", "DISEASE": "Illness", "PER": None}
    assert source.files[0].split == ("train",)
    with pytest.raises(InputError, match=r"1 of 4 mentions refused \(past_the_end 1\)"):
        call("harmonize", "mine")
    with Path("corpora/mine.yaml").open("a") as entry:
        entry.write("max_refused_share: 0.5\n")
    call("harmonize", "mine")
    assert Corpus(tmp_path / "data/harmonized", "mine").inventory().types == ("Drug", "Illness")
    spans = Corpus(tmp_path / "data/harmonized", "mine").split("train").table("spans")
    assert spans["text"].to_pylist() == ["Bromax", "Brill disease"]
    assert "mine" in call("corpora", "list")
    assert "Illness" in call("corpora", "inventory", "mine", "bc5cdr")


def test_without_questions_everything_is_said_on_the_command_line(call, tmp_path, monkeypatch):
    columns = tmp_path / "words.tsv"
    columns.write_text("Mr\tO\nBrill\tB-PER\n\nMarn\tB-city\n" * 30)
    said = call(
        *("corpora", "add", "people", "words.tsv", "--yes", "--licence", "mine", "--title", "Us"),
        *("--split", "words.tsv=train+dev", "--type", "city=", "--type", "PER=Human"),
        *("--reader", "iob", "--option", "scheme=iob1", "--catalog", "own"),
    )
    assert f"export SRU_NER_CATALOG={tmp_path / 'own'}" in said
    with pytest.raises(UnknownNameError):
        find_source("people")
    monkeypatch.setenv("SRU_NER_CATALOG", "own")
    source = find_source("people")
    assert source.types == {"PER": "Human", "city": None}
    assert (source.title, source.licence, source.given.splits) == ("Us", "mine", False)
    assert source.options == {"scheme": "iob1"}
    call("harmonize", "people")
    report = json.loads(Path("reports/harmonize/people.json").read_text())
    assert (report["mentions"]["kept"], report["mentions"]["dropped"]) == (30, 30)
    assert Corpus(tmp_path / "data/harmonized", "people").split("dev").sentences()


def test_folders_and_several_files(call, tmp_path):
    folder = FIXTURES / "corpora/cellfinder/cellfinder1_brat.tar.gz"
    call("corpora", "add", "cells", str(folder), "--yes")
    call("harmonize", "cells")
    newswire = [
        str(FIXTURES / "corpora/conll2003" / f"eng.{x}") for x in ("train", "testa", "testb")
    ]
    call("corpora", "add", "news", *newswire, "--yes")
    splits = [file.split for file in find_source("news").files]
    assert splits == [("train",), ("dev",), ("test",)]
    call("harmonize", "news")
    assert Corpus(tmp_path / "data/harmonized", "news").inventory().types == (
        "Location",
        "Miscellaneous",
        "Organization",
        "Person",
    )


def test_the_folder_that_the_variable_names_need_not_be_there_yet(call, monkeypatch):
    monkeypatch.setenv("SRU_NER_CATALOG", "new")
    said = call("corpora", "add", "mine", "my_train.jsonl", "--yes")
    assert "export" not in said
    assert find_source("mine").title == "mine"


def test_the_shipped_folder_takes_an_entry(call, tmp_path):
    shutil.copytree(FIXTURES.parents[1] / "corpora", tmp_path / "corpora")
    call("corpora", "add", "mine", "my_train.jsonl", "--yes")
    assert find_source("mine").reader == "jsonl"


def test_no_means_that_nothing_is_written(call, tmp_path):
    call("corpora", "add", "mine", "my_train.jsonl", answers="\n\n\nn\n", exit_code=1)
    assert [path.name for path in tmp_path.iterdir()] == ["my_train.jsonl"]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("bc5cdr", "my_train.jsonl"), InputError, "already has a corpus 'bc5cdr'"),
        (("My Corpus", "my_train.jsonl"), InputError, "cannot be the name of a corpus"),
        (("mine", "my_train.jsonl", "--split", "train.jsonl=test"), UnknownNameError, "my_train"),
        (
            ("mine", "my_train.jsonl", "--split", "test"),
            InputError,
            "--split test has no name",
        ),
        (
            ("mine", "my_train.jsonl", "--split", "my_train.jsonl=exam"),
            UnknownNameError,
            "dev, test",
        ),
        (("mine", "my_train.jsonl", "--reader", "xml"), UnknownNameError, "bioc_xml"),
        (
            ("mine", "my_train.jsonl", "--option", "tag=1"),
            UnknownNameError,
            r"no jsonl option 'tag'[\s\S]*: .*text\b",
        ),
        (("mine", "my_train.jsonl", "--type", "drug=a b"), InputError, r"types\.drug"),
        (("mine", "my_train.jsonl", "--reader", "pubtator"), InputError, "title"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_written(
    call, tmp_path, arguments, error, message
):
    with pytest.raises(error, match=message):
        call("corpora", "add", *arguments, "--yes")
    assert [path.name for path in tmp_path.iterdir()] == ["my_train.jsonl"]
