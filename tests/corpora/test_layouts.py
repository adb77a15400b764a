"""Corpora that are not in the mirror: their entries, on made-up files in each corpus's own layout.

A folder of `fixtures/corpora/<corpus>/` that is called like an archive holds what is in it.
"""

import gzip
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from sru_ner.corpora.addresses import mirrored
from sru_ner.corpora.catalog import find_source, load_catalog
from sru_ner.corpora.checksums import recorded_checksum
from sru_ner.corpora.fetch import fetch_source
from sru_ner.dataset.corpus import Corpus
from sru_ner.harmonize.pipeline import harmonize_source
from sru_ner.settings.sections import HarmonizeSettings

FIXTURES = Path(__file__).parents[1] / "fixtures/corpora"

FOUND = {
    "anatem": {"train": ["Organism_Subdivision", "Organ", "Cell", "Organ"], "dev": ["Cancer"],
               "test": ["Body_Substance", "Tissue"]},
    "bc4chemd": {"train": ["Chemical"] * 2, "dev": ["Chemical"], "test": ["Chemical"] * 2},
    "bioid": {"test": ["Gene_or_protein", "Cell_Line", "Species", "Species", "Chemical"]},
    "bionlp13cg": {"train": ["Gene_or_protein", "Cancer", "Organ", "Species"],
                   "dev": ["Chemical", "Cell"], "test": ["Cell"]},
    "cellfinder": {"train": ["Cell_Line", "Species", "Gene_or_protein", "Anatomy"]},
    "conll2003": {"train": ["Location", "Location", "Person", "Organization", "Organization"],
                  "dev": ["Location", "Location", "Miscellaneous"], "test": ["Person"]},
    "craft": {"train": ["Species", "Gene_or_protein", "Sequence_Feature", "Cell_Type", "Chemical"],
              "dev": ["GO_Term", "Species"], "test": ["Gene_or_protein", "Chemical"]},
    "medmentions": {"train": ["Chemical", "Biologic_Function", "Chemical"],
                    "dev": ["Finding", "Eukaryote"], "test": ["Virus"]},
    "nlm_chem": {"train": ["Chemical"] * 3, "dev": ["Chemical"], "test": ["Chemical"]},
    "s800": {"train": ["Species"] * 2, "test": ["Species"]},
    "scai_chemicals": {"train": ["Chemical"] * 3},
    "scai_disease": {"train": ["Disease"] * 2},
    "wikigold": {"test": ["Person", "Location", "Organization", "Organization", "Miscellaneous"]},
}  # fmt: skip
"""Types of the mentions, in text order, by corpus and split."""


def pack(folder: Path, target: Path) -> None:
    """Make the archive whose content is a folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    if folder.suffix == ".zip":
        with zipfile.ZipFile(target, "w") as archive:
            for path in files:
                archive.write(path, path.relative_to(folder))
    elif len(files) == 1:
        target.write_bytes(gzip.compress(files[0].read_bytes()))
    else:
        with tarfile.open(target, "w:gz") as archive:
            for path in files:
                archive.add(path, path.relative_to(folder))


@pytest.fixture
def harmonized(tmp_path, monkeypatch):
    """Put a corpus's fixture where its files come from, fetch and harmonise it."""
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")

    def harmonize(name):
        source = find_source(name)
        for file in source.files:
            place = mirrored(file.url) if file.url else tmp_path / "raw" / name / file.name
            fixture = FIXTURES / name / file.name
            place.parent.mkdir(parents=True, exist_ok=True)
            if fixture.is_dir():
                pack(fixture, place)
            else:
                shutil.copy(fixture, place)
        fetch_source(source, tmp_path / "raw")
        folders = (tmp_path / "raw", tmp_path / "out", tmp_path / "reports")
        # Of so few documents chance would put all of one split into another.
        settings = HarmonizeSettings.model_validate({"max_refused_share": 0, "dev_share": 1e-9})
        return source, harmonize_source(source, *folders, settings), tmp_path

    return harmonize


def test_every_corpus_is_read_here_or_from_the_mirror():
    read_for_real = {name for name, source in load_catalog().items() if _checked(source)}
    assert read_for_real.isdisjoint(FOUND)
    assert {"jnlpba", "genia", "wnut17"} < read_for_real
    assert read_for_real | set(FOUND) == {
        name for name, source in load_catalog().items() if source.files
    }


def _checked(source):
    return bool(source.files) and all(file.sha256 for file in source.files)


@pytest.mark.parametrize("name", FOUND)
def test_layout(harmonized, name):
    source, report, root = harmonized(name)
    assert report["refused"] == report["repaired"] == {}
    assert set(report["splits"]) == set(FOUND[name])
    for split, types in FOUND[name].items():
        spans = Corpus(root / "out", name).split(split).table("spans").to_pylist()
        spans.sort(key=lambda s: (s["document_id"], s["start"], -s["end"]))
        assert [span["type"] for span in spans] == types
        assert all(span["fits_words"] and not span["crosses_sentence"] for span in spans)
        assert Corpus(root / "out", name).split(split).sentences()
    # Only what a mention shows is in the inventory; of so few documents that is not every type.
    shown = {type_ for types in FOUND[name].values() for type_ in types}
    assert Corpus(root / "out", name).inventory().types == tuple(sorted(shown))
    assert shown <= set(source.kept_types)
    for file, row in zip(source.document_files, report["files"], strict=True):
        if file.url:
            path = root / "raw" / name / file.name
            assert row["sha256"] == recorded_checksum(path)


def test_splits_of_medmentions_come_from_its_lists(harmonized):
    _, report, root = harmonized("medmentions")
    ids = {
        split: Corpus(root / "out", "medmentions").split(split).table("documents")["document_id"]
        for split in ("train", "dev", "test")
    }
    assert {split: column.to_pylist() for split, column in ids.items()} == {
        "train": ["201"],
        "dev": ["202"],
        "test": ["203"],
    }
    assert set(report["noted"]) == {"type_without_mention"}


def test_nested_mentions_of_standoff_corpora_are_kept(harmonized):
    _, report, root = harmonized("bionlp13cg")
    spans = Corpus(root / "out", "bionlp13cg").split("train").table("spans").to_pylist()
    assert [(s["text"], s["depth"]) for s in spans][1:3] == [("gastric tumour", 0), ("gastric", 1)]
    # Events are not read, and neither are the domains, which are among them.
    assert report["mentions"]["in_file"] == report["mentions"]["kept"] == 7
    # So few mentions do not show in each split what is annotated there.
    details = [e["detail"] for e in report["noted"]["type_missing_in_split"]["examples"]]
    assert (
        "the split test annotates Cancer, Chemical, Gene_or_protein, Organ, Species" in details[2]
    )
