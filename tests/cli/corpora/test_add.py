"""Adding a corpus as a newcomer does it, step by step of docs/how-to/add-a-corpus.md."""

import json
import shutil
from pathlib import Path

import pytest

from sru_ner.corpora.catalog import find_source
from sru_ner.dataset.corpus import Corpus
from sru_ner.errors import InputError, UnknownNameError
from sru_ner.rendering.amounts import counted

FIXTURES = Path(__file__).parents[2] / "fixtures"

TRAIN = """\
{"id": "1", "text": "Bromax eases Brill disease.", "spans": [
 {"start": 0, "end": 6, "type": "drug"}, {"start": 13, "end": 26, "type": "DISEASE"},
 {"start": 13, "end": 18, "type": "PER"}]}
{"id": "2", "text": "No drug.", "spans": [{"start": 3, "end": 99, "type": "drug"}]}
""".replace("\n ", " ")


ADD = ("corpora", "add", "mine", "my_train.jsonl", "--split", "train")
"""Two documents are too few to draw dev and test."""


@pytest.fixture(autouse=True)
def corpus(tmp_path):
    (tmp_path / "my_train.jsonl").write_text(TRAIN)


def test_a_newcomer_adds_a_corpus_in_four_steps(call, tmp_path):
    # Drug as suggested, Disease by another name, persons left out; then yes.
    shown = call(*ADD, answers="\nIllness\n-\ny\n")
    assert "format: jsonl" in shown
    assert "train: 2 documents, 2 sentences, 2 mentions (0 nested)" in shown
    assert "refused 1 × past_the_end, first my_train.jsonl:2:" in shown
    assert "25.0% of the mentions are refused" in shown
    assert "Bromax eases Brill disease.\n╰────╯ Drug  ╰───────────╯ Illness\n" in shown
    assert "The entry of mine is corpora/mine.yaml. Next:\n  sru-ner harmonize mine\n" in shown
    source = find_source("mine")
    assert source.types == {"drug": "Drug", "DISEASE": "Illness", "PER": None}
    assert source.files[0].split == ("train",)
    with pytest.raises(InputError, match=r"1 of 4 mentions refused[\s\S]*1 × past_the_end"):
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
    call("corpora", "add", "cells", str(folder), "--split", "train", "--yes")
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
    said = call(*ADD, "--yes")
    assert "export" not in said
    assert find_source("mine").title == "mine"


def test_the_shipped_folder_takes_an_entry(call, tmp_path):
    shutil.copytree(FIXTURES.parents[1] / "corpora", tmp_path / "corpora")
    call(*ADD, "--yes")
    assert find_source("mine").reader == "jsonl"


def test_no_means_that_nothing_is_written(call, tmp_path):
    call(*ADD, answers="\n\n\nn\n", exit_code=1)
    assert [path.name for path in tmp_path.iterdir()] == ["my_train.jsonl"]


def brat(folder, names, text="Bromax eases Brill disease.", types=("Drug", "Disease")):
    """Write documents with two mentions each in brat's format."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.txt").write_text(f"{text} This is {name}.")
        (folder / f"{name}.ann").write_text(
            f"T1\t{types[0]} 0 6\tBromax\nT2\t{types[1]} 13 26\tBrill disease\n"
        )


def test_a_folder_without_splits_is_drawn_by_document(call, tmp_path):
    brat(tmp_path / "notes", [f"note{i:02}" for i in range(60)])
    (tmp_path / "notes/README.md").write_text("About")
    said = call("corpora", "add", "notes", "notes", "--yes")
    assert "no name says train, dev or test: documents are drawn into them" in said
    assert "1 file cannot be part of a corpus" in said
    source = find_source("notes")
    assert source.splits == ("train", "dev", "test")
    call("harmonize", "notes")
    corpus = Corpus(tmp_path / "data/harmonized", "notes")
    sizes = [len(corpus.split(split).table("documents")) for split in corpus.splits()]
    assert sum(sizes) == 60
    assert min(sizes[1:]) >= 4


def test_splits_in_a_folder_are_kept_apart(call, tmp_path):
    for split in ("train", "dev", "test"):
        brat(tmp_path / "c" / split, [f"{split}{i}" for i in range(3)])
    call("corpora", "add", "c", "c", "--yes")
    assert [(f.members, f.split) for f in find_source("c").files] == [
        (f"{split}/*", (split,)) for split in ("train", "dev", "test")
    ]
    call("harmonize", "c")
    documents = Corpus(tmp_path / "data/harmonized", "c").split("test").table("documents")
    assert documents["document_id"].to_pylist() == ["test0", "test1", "test2"]


def test_folders_of_one_name_for_each_split(call, tmp_path):
    for split in ("train", "dev", "test"):
        brat(tmp_path / split / "brat", [f"x{split}"])
    call("corpora", "add", "c", "train/brat", "dev/brat", "test/brat", "--yes")
    assert {f.name: f.split for f in find_source("c").files} == {
        f"{split}_brat": (split,) for split in ("train", "dev", "test")
    }
    call("harmonize", "c")


@pytest.mark.parametrize("loose", [False, True])
def test_a_file_of_columns_is_one_document_whose_sentences_stay_together(call, tmp_path, loose):
    (tmp_path / "c").mkdir()
    for i in range(60):
        (tmp_path / f"c/{i:02}.conll").write_text(f"w{i}\tB-X\n\nis\tO\nv{i}\tB-X\n")
    paths = sorted(f"c/{path.name}" for path in (tmp_path / "c").iterdir())
    call("corpora", "add", "c", *(paths if loose else ["c"]), "--yes")
    call("harmonize", "c")
    report = json.loads(Path("reports/harmonize/c.json").read_text())
    assert sum(counts["documents"] for counts in report["splits"].values()) == 60
    assert sum(counts["sentences"] for counts in report["splits"].values()) == 120
    assert report["refused"] == {}


def test_a_mistyped_type_is_named_and_is_not_annotated(call, tmp_path):
    said = call(*ADD, "--yes", "--type", "drg=Chemical", "--type", "PER=")
    assert "no mention has the type 'drg' (did you mean 'drug', which 2 mentions have?)" in said
    assert find_source("mine").types == {"drug": "Drug", "DISEASE": "Disease", "PER": None}
    call(*ADD, "--yes", "--replace", "--type", "drg=Chemical", "--looked-for", "Chemical")
    assert find_source("mine").types["drg"] == "Chemical"
    with Path("corpora/mine.yaml").open("a") as entry:
        entry.write("max_refused_share: 0.5\n")
    call("harmonize", "mine")
    types = Corpus(tmp_path / "data/harmonized", "mine").inventory().types
    assert types == ("Chemical", "Disease", "Drug")


def test_a_corpus_of_refused_mentions_is_an_error_with_the_commonest_reason(call, tmp_path):
    lines = [
        {"text": "ab", "spans": [{"start": 0, "end": 2 if i == 7 else 9, "type": "X"}]}
        for i in range(100)
    ]
    Path("bad.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(InputError, match="99 of 100 mentions refused") as caught:
        call("corpora", "add", "bad", "bad.jsonl", "--split", "train", "--yes")
    assert f"99 × past_the_end, first {tmp_path / 'bad.jsonl'}:1: 0-9 (X)" in str(caught.value)
    assert not Path("corpora").exists()


def test_replacing_keeps_what_was_said_before_and_removing_leaves_nothing(call, tmp_path):
    call(*ADD, "--yes", "--type", "drug=Chemical", "--type", "PER=", "--licence", "mine alone")
    with pytest.raises(InputError, match=r"already has a corpus 'mine'[\s\S]*--replace"):
        call(*ADD, "--yes")
    (tmp_path / "more.jsonl").write_text(TRAIN.replace('"2"', '"3"'))
    call("corpora", "add", "mine", "more.jsonl", "--split", "train", "--replace", "--yes")
    source = find_source("mine")
    assert source.types == {"drug": "Chemical", "DISEASE": "Disease", "PER": None}
    assert (source.licence, [file.name for file in source.files]) == ("mine alone", ["more.jsonl"])
    assert [path.name for path in Path("data/raw/mine").iterdir()] == ["more.jsonl"]
    call("corpora", "remove", "mine", answers="n\n", exit_code=1)
    assert find_source("mine")
    assert "Removed mine." in call("corpora", "remove", "mine", "--yes")
    with pytest.raises(UnknownNameError):
        find_source("mine")
    assert not Path("data/raw/mine").exists()


def test_the_folder_of_raw_files_is_said_again(call):
    said = call(*ADD, "--yes", "--raw", "my files")
    assert "  sru-ner harmonize mine --raw 'my files'\n" in said
    with pytest.raises(InputError, match="1 of 4 mentions refused"):
        call("harmonize", "mine", "--raw", "my files")


@pytest.mark.parametrize("folder", [".", "data", "data/raw/c"])
def test_a_folder_is_not_copied_into_itself(call, tmp_path, folder):
    brat(tmp_path / "data/raw/c", ["a", "b", "c"])
    with pytest.raises(InputError, match="which is in this folder itself"):
        call("corpora", "add", "c", folder, "--yes")
    assert not Path("corpora").exists()


def test_loose_files_of_brat_are_an_error_that_names_the_folder(call, tmp_path):
    brat(tmp_path / "c", ["a", "b"])
    with pytest.raises(InputError, match=r"two files, which are found in a folder"):
        call("corpora", "add", "c", *(f"c/{n}.{e}" for n in "ab" for e in ("txt", "ann")), "--yes")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (("bc5cdr", "my_train.jsonl"), InputError, "already has a corpus 'bc5cdr'"),
        (("My Corpus", "my_train.jsonl"), InputError, "cannot be the name of a corpus"),
        (("mine", "my_train.jsonl", "--split", "train.jsonl=test"), UnknownNameError, "my_train"),
        (("mine", "my_train.jsonl", "--split", "exam"), UnknownNameError, "--split exam: there is"),
        (
            ("mine", "my_train.jsonl"),
            InputError,
            "2 documents cannot be drawn into train, dev, test",
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
        ((*ADD[2:], "--type", "drug=a b"), InputError, r"types\.drug"),
        (("mine", "my_train.jsonl", "--reader", "pubtator"), InputError, "title"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_written(
    call, tmp_path, arguments, error, message
):
    with pytest.raises(error, match=message):
        call("corpora", "add", *arguments, "--yes")
    assert [path.name for path in tmp_path.iterdir()] == ["my_train.jsonl"]


PIECES = "T1\tPart 0 4;15 24\tleft ventricle\nT2\tPart 9 24\tright ventricle\n"


@pytest.mark.parametrize(("choice", "kept"), [(None, 1), ("refuse", 1), ("hull", 2), ("parts", 3)])
def test_users_choose_what_becomes_of_mentions_in_pieces(call, tmp_path, choice, kept):
    for split in ("train", "dev", "test"):
        (tmp_path / "notes" / split).mkdir(parents=True)
        (tmp_path / "notes" / split / "1.txt").write_text("left and right ventricle")
        (tmp_path / "notes" / split / "1.ann").write_text(PIECES)
    chosen = ["--discontinuous", choice] if choice else []
    shown = call("corpora", "add", "notes", "notes", "--yes", *chosen)
    assert ("3 mentions in pieces" in shown) == (choice is None)
    assert ("'left ventricle'. Choose" in shown) == (choice is None)
    assert f"train: 1 document, 1 sentence, {counted(kept, 'mention')}" in shown
    options = {"discontinuous": choice} if choice else {}
    assert find_source("notes").options == options


def test_options_are_taken_as_the_text_they_are(call, tmp_path):
    text = "# newdoc id = {0}\n# text = a\n1\tTom\tB-PER\n\n1\tAnn\tB-PER\n2\tran\tO\n\n"
    (tmp_path / "own.conllu").write_text("".join(text.format(i) for i in range(30)))
    shown = call(
        *("corpora", "add", "own", "own.conllu", "--yes", "--reader", "iob"),
        *("--option", "comment=#", "--option", "document_marker=# newdoc"),
        *("--option", "word_column=1", "--option", "document_ids=true"),
    )
    options = {"comment": "#", "document_marker": "# newdoc", "word_column": 1}
    assert find_source("own").options == options | {"document_ids": True}
    guessed = call("corpora", "add", "guessed", "own.conllu", "--yes")
    assert "words are in column 1 and tags in column 2 of 3, counted from 0" in guessed
    assert find_source("guessed").options["document_marker"] == "# newdoc"
    assert "PER: 60 ×, such as 'Ann'" in shown
    assert "PER: 60 ×, such as 'Ann'" in guessed


def test_types_of_which_none_is_there_are_an_error(call, tmp_path):
    with pytest.raises(InputError) as caught:
        call(*ADD, "--type", "drgu=Chemical", "--type", "DISAESE=Disease", "--yes")
    assert "'drgu' (did you mean 'drug'" in caught.value.problem
    assert "'DISAESE' (did you mean 'DISEASE'" in caught.value.problem
    assert not Path("corpora").exists()


def test_bioc_without_types_says_which_infons_there_are(call, tmp_path):
    annotation = {
        "id": "1",
        "infons": {"class": "Drug", "source": "me"},
        "text": "Bromax",
        "locations": [{"offset": 0, "length": 6}],
    }
    passage = {"offset": 0, "text": "Bromax helps.", "annotations": [annotation]}
    documents = [{"id": str(number), "passages": [passage]} for number in range(9)]
    Path("bioc.json").write_text(json.dumps({"documents": documents}))
    with pytest.raises(InputError) as caught:
        call("corpora", "add", "bioc", "bioc.json", "--yes")
    assert "these files have no mentions that can be read; 9 × malformed" in caught.value.problem
    assert "the annotation has 'class', 'source'" in caught.value.problem
    shown = call("corpora", "add", "bioc", "bioc.json", "--option", "type_infon=class", "--yes")
    assert "Drug: 9 ×" in shown
