"""Raw files in, tables and a report out, on files written for the test."""

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.fetch import fetch_source
from sru_ner.corpora.source import Source
from sru_ner.dataset.corpus import Corpus, harmonized_sources
from sru_ner.errors import InputError
from sru_ner.harmonize import checks
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.settings.sections import HarmonizeSettings

FIXTURES = Path(__file__).parents[1] / "fixtures"
TYPES = {"Gene": "Gene", "Chemical": "Chemical", "Disease": "Disease", "Verb": None}


def corpus(raw, fixture, reader, types, **more):
    """A source whose train file is a fixture, put in place below `raw`."""
    (raw / "made_up").mkdir(parents=True, exist_ok=True)
    shutil.copy(FIXTURES / fixture, raw / "made_up" / "train")
    return Source.model_validate(
        {
            "name": "made_up",
            "title": "Made up",
            "citation": "no one",
            "licence": "none",
            "reader": reader,
            "types": types,
            "given": {"splits": True, "documents": True, "sentences": reader == "iob"},
            "files": [{"name": "train", "split": "train"}],
            **more,
        }
    )


def settings(max_refused_share=1.0, dev_share=0.1):
    return HarmonizeSettings(max_refused_share=max_refused_share, dev_share=dev_share)


@pytest.fixture
def run(tmp_path):
    """Harmonise a source below the temporary folder; returns the report."""

    def run(source, **options):
        folders = (tmp_path / "raw", tmp_path / "out", tmp_path / "reports")
        return harmonize_source(source, *folders, settings(**options))

    return run


@pytest.fixture
def flawed(tmp_path):
    return corpus(tmp_path / "raw", "pubtator/flawed.pubtator", "pubtator", TYPES)


def test_every_flaw_is_counted_with_file_and_line(run, flawed, tmp_path):
    report = run(flawed)
    assert json.loads((tmp_path / "reports/made_up.json").read_text()) == report
    assert report["mentions"] == {
        "in_file": 15,
        "kept": 5,
        "repaired": 3,
        "dropped": 1,
        "refused": 9,
    }
    counts = {reason: entry["mentions"] for reason, entry in report["refused"].items()}
    assert counts == {
        "crosses_same_type": 1,
        "discontinuous": 1,
        "duplicate": 1,
        "empty": 1,
        "malformed_line": 3,
        "quotes_another_text": 1,
        "unknown_type": 1,
    }
    repaired = {reason: entry["mentions"] for reason, entry in report["repaired"].items()}
    assert repaired == {"past_the_end": 1, "quotes_another_text": 2}
    example = report["refused"]["duplicate"]["examples"][0]
    assert (example["file"], example["line"]) == ("train", 4)
    assert "line 3" in example["detail"]
    spans = Corpus(tmp_path / "out", "made_up").split("train").table("spans").to_pylist()
    assert [(s["text"], s["type"]) for s in spans] == [
        ("Zinc and", "Gene"),
        ("Zinc", "Chemical"),
        ("zinc  ions", "Chemical"),
        ("PAX6", "Gene"),
        ("short", "Disease"),
    ]


def test_too_many_refusals_fail_with_a_report_and_without_tables(run, flawed, tmp_path):
    with pytest.raises(InputError, match="9 of 15 mentions refused") as caught:
        run(flawed, max_refused_share=0.5)
    file = tmp_path / "raw/made_up/train"
    assert f"3 × malformed_line, first {file}:15: an offset is not a number" in str(caught.value)
    assert "4 for other reasons" in str(caught.value)
    assert "max_refused_share = 0.5" in str(caught.value)
    assert (tmp_path / "reports/made_up.json").exists()
    assert not (tmp_path / "out").exists()
    assert run(flawed, max_refused_share=0.6)["refused_share"] == 0.6


def test_document_that_is_there_twice_is_counted(run, tmp_path):
    types = {"CellLine": "Cell_Line"}
    source = corpus(tmp_path / "raw", "pubtator/windows.pubtator", "pubtator", types)
    report = run(source)
    twice = report["refused"]["duplicate_document"]
    assert (twice["occurrences"], twice["mentions"], twice["examples"][0]["line"]) == (1, 1, 6)
    assert "the same text" in twice["examples"][0]["detail"]
    assert report["noted"]["relation"]["occurrences"] == 1
    assert report["splits"]["train"]["documents"] == 1


def test_iob_source(run, tmp_path):
    types = {"Chemical": "Chemical", "Disease": "Disease"}
    published = {"train+dev": 4}
    source = corpus(tmp_path / "raw", "iob/sentences.tsv", "iob", types, published=published)
    report = run(source)
    assert report["mentions"]["kept"] == 5
    assert report["repaired"]["inside_without_begin"]["examples"][0]["line"] == 10
    assert report["published"] == [
        {"splits": "train+dev", "published": 4, "in_file": 5, "difference": 1}
    ]
    sentences = Corpus(tmp_path / "out", "made_up").split("train").sentences()
    assert [s.document_id for s in sentences] == ["made_up-train-000001", "made_up-train-000002"]


def test_malformed_iob_lines_count_against_their_split(run, tmp_path):
    source = corpus(tmp_path / "raw", "iob/malformed.tsv", "iob", {"Chemical": "Chemical"})
    report = run(source)
    assert report["splits"]["train"]["mentions"]["refused"] == 3
    assert report["mentions"]["in_file"] == 4


def test_catalog_that_says_otherwise_about_sentences(run, tmp_path):
    given = {"splits": True, "documents": True, "sentences": False}
    source = corpus(tmp_path / "raw", "iob/sentences.tsv", "iob", {"Disease": "D"}, given=given)
    with pytest.raises(InputError, match=r"given\.sentences"):
        run(source)


def test_type_map_of_another_corpus(run, tmp_path):
    source = corpus(tmp_path / "raw", "iob/documents.tsv", "iob", TYPES)
    with pytest.raises(InputError, match="can be used: all 2 are refused\n  2 × unknown_type"):
        run(source, max_refused_share=0.9)


def test_type_map_that_drops_everything(run, tmp_path):
    types = {"protein": None, "cell_type": None}
    source = corpus(tmp_path / "raw", "iob/documents.tsv", "iob", types)
    with pytest.raises(InputError, match="there is no mention to learn from"):
        run(source)


@pytest.mark.fault(
    "raw files of a corpus are missing or changed",
    before="a message with the remedy",
    now="a message with the remedy",
)
def test_missing_and_changed_raw_files(run, tmp_path):
    source = find_source("synthetic_genes")
    with pytest.raises(InputError, match=r"is missing\n.*corpora fetch synthetic_genes"):
        run(source)
    place = tmp_path / "raw/ncbi_disease/train.tsv"
    place.parent.mkdir(parents=True)
    place.write_text("x\tO\n")
    with pytest.raises(InputError, match="another checksum"):
        run(find_source("ncbi_disease"))


def test_synthetic_source_twice_is_the_same_to_the_byte(run, tmp_path):
    source = find_source("synthetic_full")
    fetch_source(source, tmp_path / "raw")
    report = run(source)
    mentions = report["mentions"]
    assert mentions["kept"] == mentions["in_file"] > 0
    out = tmp_path / "out"
    first = Corpus(out, "synthetic_full").digests()
    report_bytes = (tmp_path / "reports/synthetic_full.json").read_bytes()
    assert run(source) == report
    assert Corpus(out, "synthetic_full").digests() == first
    assert (tmp_path / "reports/synthetic_full.json").read_bytes() == report_bytes
    assert Corpus(out, "synthetic_full").inventory().types == source.kept_types
    assert sum(s["nested"] for s in report["splits"].values()) > 0
    for split in source.splits:
        expected = report["splits"][split]
        sentences = Corpus(out, "synthetic_full").split(split).sentences()
        assert len(sentences) == expected["sentences"]
        kept = expected["mentions"]["kept"] - expected["not_fitting_words"]
        assert sum(len(s.mentions) for s in sentences) == kept


def test_dev_is_drawn_where_the_file_holds_both(run, tmp_path):
    given = {"splits": False, "documents": True, "sentences": True}
    lines = "".join(f"-DOCSTART-\tO\n\nw{i}\tB-X\n\n" for i in range(60))
    files = [{"name": "train", "split": ["train", "dev"]}]
    source = corpus(
        tmp_path / "raw", "iob/documents.tsv", "iob", {"X": "X"}, given=given, files=files
    )
    (tmp_path / "raw/made_up/train").write_text(lines)
    report = run(source, dev_share=0.5)
    assert report["mentions"]["kept"] == 60
    assert {s: r["documents"] for s, r in report["splits"].items()} == {"train": 29, "dev": 31}
    report = run(source, dev_share=1e-9)
    assert report["noted"]["empty_split"]["examples"][0]["detail"].startswith("the split dev ")
    # A split that is no more must not stay behind from the last time.
    assert Corpus(tmp_path / "out", "made_up").splits() == ["train"]


def test_inventories_are_per_source_and_where_needed_per_file(run, tmp_path):
    source = corpus(
        tmp_path / "raw",
        "iob/sentences.tsv",
        "iob",
        {"Chemical": "Drug_or_food", "Disease": "Disease"},
        covers={"Drug_or_food": ["Food", "Drug"]},
        files=[
            {"name": "train", "split": "train"},
            {"name": "test", "split": "test", "annotated_types": ["Disease"]},
        ],
    )
    (tmp_path / "raw/made_up/test").write_text("a\tB-Disease\n\nb\tB-Chemical\n")
    report = run(source)
    assert report["refused"]["not_annotated_here"]["mentions"] == 1
    inventory = Corpus(tmp_path / "out", "made_up").inventory()
    assert inventory.covers == {"Drug_or_food": ("Drug", "Food")}
    found = {
        split: {
            s.annotated_types for s in Corpus(tmp_path / "out", "made_up").split(split).sentences()
        }
        for split in ("train", "test")
    }
    assert found == {"train": {None}, "test": {("Disease",)}}


@pytest.mark.fault(
    "harmonising is interrupted while it writes its tables",
    before="the corpus counted as not harmonised",
    now="the corpus counts as not harmonised",
)
def test_interrupted_writing_is_not_taken_for_finished(run, tmp_path, monkeypatch):
    source = find_source("synthetic_genes")
    fetch_source(source, tmp_path / "raw")
    run(source)
    assert harmonized_sources(tmp_path / "out") == ["synthetic_genes"]

    def fail(table):
        raise KeyboardInterrupt

    monkeypatch.setattr("sru_ner.harmonize.pipeline.check_inventory", fail)
    with pytest.raises(KeyboardInterrupt):
        run(source)
    assert harmonized_sources(tmp_path / "out") == []
    monkeypatch.setattr("sru_ner.harmonize.pipeline.check_inventory", checks.check_inventory)
    run(source)
    assert harmonized_sources(tmp_path / "out") == ["synthetic_genes"]


@pytest.fixture
def listed(tmp_path):
    """A zip of two BioC files with the documents 1 to 3, of which the lists name 1, 2 and 9."""
    folder = tmp_path / "raw" / "made_up"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "all.zip", "w") as archive:
        for name, documents in (("x/a.xml", "1"), ("x/b.xml", "23"), ("x/readme.txt", "")):
            inner = "\n".join(
                f"<document><id>{document}</id><passage><offset>0</offset><text>IL-2</text>"
                '<annotation><infon key="type">Gene</infon><location offset="0" length="4"/>'
                '</annotation><annotation><infon key="type">Gene</infon>'
                '<location offset="0" length="x"/></annotation></passage></document>'
                for document in documents
            )
            archive.writestr(name, f"<collection>\n{inner}</collection>")
    (folder / "train.txt").write_text("1\n")
    (folder / "test.txt").write_text("2\n9\n")
    files = [
        {"name": "all.zip", "split": ["train", "test"]},
        *({"name": f"{split}.txt", "lists": split} for split in ("train", "test")),
    ]
    return Source.model_validate(
        {
            "name": "made_up",
            "title": "Made up",
            "citation": "no one",
            "licence": "none",
            "reader": "bioc_xml",
            "types": TYPES,
            "given": {"splits": True, "documents": True, "sentences": False},
            "files": files,
        }
    )


def test_lists_say_which_documents_of_an_archive_are_in_which_split(run, listed, tmp_path):
    report = run(listed)
    assert {s: counts["mentions"] for s, counts in report["splits"].items()} == {
        split: {"in_file": 2, "kept": 1, "repaired": 0, "dropped": 0, "refused": 1}
        for split in ("train", "test")
    }
    origins = [
        Corpus(tmp_path / "out", "made_up").split(split).table("documents")["origin"].to_pylist()
        for split in ("train", "test")
    ]
    assert origins == [["all.zip/x/a.xml:2"], ["all.zip/x/b.xml:2"]]
    refused = report["refused"]["malformed_annotation"]["examples"]
    assert [(e["file"], e["line"]) for e in refused] == [
        ("all.zip/x/a.xml", 2),
        ("all.zip/x/b.xml", 2),
        ("all.zip/x/b.xml", 3),
    ]


def test_documents_that_are_on_one_side_only_are_noted(run, listed):
    noted = run(listed)["noted"]
    found = {
        reason: [(e["file"], e["line"], e["detail"].split()[0]) for e in entry["examples"]]
        for reason, entry in noted.items()
        if reason not in ("passed_over", "type_without_mention")
    }
    assert found == {
        "in_no_split": [("all.zip/x/b.xml", 3, "3")],
        "listed_but_missing": [("test.txt", 2, "no")],
    }


def test_members_may_be_files_of_their_own(run, listed):
    files = [
        {"name": "all.zip", "members": "*a.xml", "split": "train"},
        {"name": "all.zip", "members": "*b.xml", "split": "test"},
    ]
    report = run(Source.model_validate({**listed.model_dump(), "files": files}))
    assert {s: counts["documents"] for s, counts in report["splits"].items()} == {
        "train": 1,
        "test": 2,
    }


def test_share_that_may_be_refused_can_be_the_sources_own(run, listed):
    with pytest.raises(InputError, match=r"max_refused_share = 0\.1"):
        run(listed, max_refused_share=0.1)
    allowed = listed.model_copy(update={"max_refused_share": 0.5})
    assert run(allowed, max_refused_share=0.1)["refused_share"] == 0.5
