"""The real corpora, from the mirror: every mention in their files is accounted for."""

import os

import pytest

from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.fetch import fetch_source
from sru_ner.dataset.corpus import Corpus
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.settings.sections import HarmonizeSettings

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(
        not os.environ.get("SRU_NER_MIRROR"), reason="SRU_NER_MIRROR names no mirror"
    ),
]

IN_FILES = {
    "bc2gm": [15_197, 3_061, 6_325],
    "bc5cdr": [9_385, 9_593, 9_809],
    "jnlpba": [46_750, 4_551, 8_662],
    "linnaeus": [2_119, 711, 1_433],
    "ncbi_disease": [5_134, 787, 960],
    "biored": [16_884, 3_535],
    "tmvar3": [7_957, 4_625],
    "gnormplus": [5_793, 4_849],
    "nlm_gene": [13_797, 3_053],
    "linnaeus_pubtator": [2_321, 576],
    "ncbi_disease_pubtator": [5_932, 960],
    "bc5cdr_pubtator": [18_974, 9_796],
    "wnut17": [1_975, 836, 1_079],
}
"""Mentions in each file, in catalog order."""

REPAIRED = {
    "tmvar3": {"quotes_another_text": 20, "past_the_end": 1},
    "gnormplus": {"quotes_another_text": 35},
    "nlm_gene": {"quotes_another_text": 10},
    "wnut17": {"outer_invisible_characters": 1},
}
"""By reason; nothing else is repaired."""

REFUSED = {
    "gnormplus": {"duplicate": 1, "quotes_another_text": 4},
    "nlm_gene": {"quotes_another_text": 1},
    "ncbi_disease_pubtator": {"duplicate_document": 11, "quotes_another_text": 1},
}
"""Mentions by reason; nothing else is refused."""


@pytest.fixture
def harmonized(tmp_path, monkeypatch):
    """Fetch from the mirror and harmonise; returns the report and the folder of tables."""
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")

    def harmonize(name):
        source = find_source(name)
        fetch_source(source, tmp_path / "raw")
        folders = (tmp_path / "raw", tmp_path / "out", tmp_path / "reports")
        report = harmonize_source(source, *folders, HarmonizeSettings.model_validate({}))
        return report, tmp_path / "out"

    return harmonize


@pytest.mark.parametrize("name", IN_FILES)
def test_counts(harmonized, name):
    report, root = harmonized(name)
    assert [file["in_file"] for file in report["files"]] == IN_FILES[name]
    assert [file["expected"] for file in report["files"]] == IN_FILES[name]
    repaired = {reason: entry["mentions"] for reason, entry in report["repaired"].items()}
    assert repaired == REPAIRED.get(name, {})
    refused = {reason: entry["mentions"] for reason, entry in report["refused"].items()}
    assert refused == REFUSED.get(name, {})
    # Each split shows every type that it is said to annotate.
    assert {"type_missing_in_split", "type_without_mention"}.isdisjoint(report["noted"])
    kept = sum(IN_FILES[name]) - sum(refused.values())
    assert report["mentions"] == {
        "in_file": sum(IN_FILES[name]),
        "kept": kept,
        "repaired": sum(repaired.values()),
        "dropped": 0,
        "refused": sum(refused.values()),
    }
    assert Corpus(root, name).inventory().types == find_source(name).kept_types
    in_words = 0
    for split, counts in report["splits"].items():
        sentences = Corpus(root, name).split(split).sentences()
        assert len(sentences) == counts["sentences"]
        in_words += sum(len(sentence.mentions) for sentence in sentences)
        assert counts["crossing_sentences"] == 0
    unfit = sum(counts["not_fitting_words"] for counts in report["splits"].values())
    assert in_words + unfit == kept
    assert unfit <= 0.01 * kept


def test_dev_of_biored_is_drawn_by_document(harmonized):
    report, root = harmonized("biored")
    documents = {split: counts["documents"] for split, counts in report["splits"].items()}
    assert documents == {"train": 461, "dev": 39, "test": 100}
    ids = [
        {s.document_id for s in Corpus(root, "biored").split(split).sentences()}
        for split in documents
    ]
    assert not ids[0] & ids[1]


@pytest.mark.parametrize(
    ("name", "sentences", "kept", "hidden"),
    [
        ("bc5cdr_disease_half", [2_370, 2_455], [2_178, 2_288], [2_735, 2_674]),
        ("bc5cdr_chemical_half", [2_190, 2_126], [2_468, 2_673], [2_004, 1_958]),
    ],
)
def test_halves_of_the_synthetic_ensemble(harmonized, name, sentences, kept, hidden):
    report, root = harmonized(name)
    counts = [report["splits"][split] for split in ("train", "dev")]
    assert [split["sentences"] for split in counts] == sentences
    assert [split["mentions"]["kept"] for split in counts] == kept
    assert [split["mentions"]["dropped"] for split in counts] == hidden
    assert report["mentions"]["refused"] == 0
    for file in report["files"]:
        assert file["in_file"] == file["expected"]
    # What is hidden is not known to be absent.
    assert Corpus(root, name).inventory().types == find_source(name).kept_types
    documents = [s.document_id for s in Corpus(root, name).split("train").sentences()]
    assert len(set(documents)) == sentences[0]


def test_nested_mentions_of_genia(harmonized):
    """The counts of the usual split: five types, coordinated terms left out."""
    report, root = harmonized("genia")
    counts = report["splits"]
    kept = {split: counts[split]["mentions"]["kept"] for split in counts}
    assert kept == {"train": 46_203, "dev": 4_714, "test": 5_119}
    sentences = {split: counts[split]["sentences"] for split in counts}
    assert sentences == {"train": 15_038, "dev": 1_765, "test": 1_732}
    assert {split: counts[split]["documents"] for split in counts} == {
        "train": 1_601,
        "dev": 199,
        "test": 199,
    }
    refused = {reason: entry["mentions"] for reason, entry in report["refused"].items()}
    assert refused == {"coordinated": 2_223, "duplicate": 33, "superseded_document": 43}
    assert not report["repaired"]
    assert report["files"][0]["in_file"] == report["files"][0]["expected"]
    assert Corpus(root, "genia").inventory().types == find_source("genia").kept_types
    assert sum(counts[split]["nested"] for split in counts) == 5_430
    assert sum(counts[split]["not_fitting_words"] for split in counts) == 18
    assert sum(counts[split]["crossing_sentences"] for split in counts) == 0
