import pytest

from sru_ner.corpora.catalog import Source, find_source
from sru_ner.corpora.fetch import fetch_source, missing_files
from sru_ner.errors import InputError


def licensed(**file):
    return Source.model_validate(
        {
            "name": "licensed",
            "title": "A corpus under licence",
            "citation": "someone",
            "licence": "ask",
            "homepage": "https://example.org/form",
            "reader": "iob",
            "types": {"X": "Thing"},
            "given": {"splits": True, "documents": False, "sentences": True},
            "files": [{"name": "train.txt", "split": "train", **file}],
        }
    )


def test_generated_source(tmp_path):
    source = find_source("synthetic_genes")
    assert missing_files(source, tmp_path) == ["train.pubtator", "dev.pubtator", "test.pubtator"]
    paths = fetch_source(source, tmp_path)
    assert [path.parent for path in paths] == [tmp_path / "synthetic_genes"] * 3
    before = [path.read_bytes() for path in paths]
    assert missing_files(source, tmp_path) == []
    fetch_source(source, tmp_path)
    assert [path.read_bytes() for path in paths] == before


def test_file_for_the_user_to_put_in_place(tmp_path):
    with pytest.raises(InputError, match=r"licensed/train\.txt.*not there\n.*example\.org/form"):
        fetch_source(licensed(), tmp_path)
    place = tmp_path / "licensed" / "train.txt"
    place.parent.mkdir()
    place.write_text("a\tO\n")
    assert fetch_source(licensed(), tmp_path) == [place]


def test_file_put_in_place_is_checked_where_its_checksum_is_known(tmp_path):
    place = tmp_path / "licensed" / "train.txt"
    place.parent.mkdir()
    place.write_text("a\tO\n")
    source = licensed(sha256="0" * 64)
    assert missing_files(source, tmp_path) == ["train.txt"]
    with pytest.raises(InputError, match="another checksum"):
        fetch_source(source, tmp_path)
