import csv
import io

from sru_ner.dataset.corpus import Corpus
from sru_ner.leakage.overlap import find_leakage
from sru_ner.leakage.summary import as_csv, as_markdown, grid, overlap_rows, write_summary

TEXTS = [
    "Zaltrexin lowered the serum level of orbulin in patients with velmar syndrome.",
    "No carrier of the QRT7 variant developed tremor while on dovaprine.",
    "Mice without the fennel receptor gained weight on every diet that was offered.",
]


def leakage(corpora):
    """`b` is tested on three documents: one learned as it is and in an abstract, one not at all."""
    root = corpora(
        {
            "a": {
                "train": {"1": TEXTS[0], "2": " ".join(TEXTS[:2])},
                "dev": {"3": TEXTS[1].upper()},
            },
            "b": {"test": {"1": TEXTS[0], "y": TEXTS[1], "z": TEXTS[2]}},
        }
    )
    return find_leakage(Corpus(root, name) for name in ["a", "b"])


def test_each_tested_document_counts_once_by_its_strongest_kind(corpora):
    own, train, dev = overlap_rows(leakage(corpora))
    assert (own.learned, own.tested, own.tested_split, own.part) == ("a", "a", "dev", 1)
    assert (train.learned_split, train.overlapping, train.text, train.part) == ("train", 2, 1, 1)
    assert (train.documents, train.same_id, train.learned_documents) == (3, 1, 2)
    assert (dev.learned_split, dev.overlapping, dev.text, dev.part) == ("dev", 1, 1, 0)


def test_grid_folds_train_and_dev_together(corpora):
    found = grid(leakage(corpora), "test")
    assert (found.learned, found.tested, found.documents) == (("a",), ("b",), (3,))
    assert found.overlapping == ((2,),)
    assert found.share(0, 0) == 2 / 3
    assert grid(leakage(corpora), "dev").tested == ("a",)


def test_tables(corpora):
    found = leakage(corpora)
    rows = list(csv.DictReader(io.StringIO(as_csv(found))))
    assert [(row["learned_split"], row["tested"], row["overlapping"]) for row in rows] == [
        ("train", "a", "1"),
        ("train", "b", "2"),
        ("dev", "b", "1"),
    ]
    markdown = as_markdown(found)
    assert "| learned \\ tested | b (3) |" in markdown
    assert "| a | 2 (66.7%) |" in markdown
    assert "zaltrexin" not in markdown.lower() + as_csv(found).lower()


def test_files_are_the_same_every_time(tmp_path, corpora):
    found = leakage(corpora)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write_summary(tmp_path / name, found)
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == ["leakage.csv", "leakage.md", "leakage.png"]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
