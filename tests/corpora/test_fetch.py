import pytest

from sru_ner.corpora import fetch
from sru_ner.corpora.catalog import find_source
from sru_ner.corpora.checksums import sha256_of
from sru_ner.corpora.fetch import fetch_source, obstacle
from sru_ner.corpora.raw_files import missing_files
from sru_ner.corpora.source import Source
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
    with pytest.raises(InputError, match=r"licensed/train\.txt.*is missing\n.*example\.org/form"):
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


def test_a_file_of_the_package_is_copied(tmp_path, monkeypatch):
    monkeypatch.setattr(fetch, "INCLUDED", tmp_path / "package")
    (tmp_path / "package").mkdir()
    (tmp_path / "package/train.txt").write_text("a\tO\n")
    source = licensed(included=True, sha256=sha256_of(tmp_path / "package/train.txt"))
    assert obstacle(source, tmp_path / "raw") is None
    [copied] = fetch_source(source, tmp_path / "raw")
    assert copied.read_text() == "a\tO\n"
    (tmp_path / "package/train.txt").write_text("b\tO\n")
    with pytest.raises(InputError, match=r"package/train\.txt.*another checksum") as caught:
        fetch_source(source, tmp_path / "raw")
    assert caught.value.remedy == "install the package again"


@pytest.mark.parametrize(
    "wrong", [{}, {"sha256": "0" * 64, "url": "https://example.org/train.txt"}]
)
def test_an_included_file_has_a_checksum_and_no_address(wrong):
    with pytest.raises(ValueError, match="needs a sha256 and no url"):
        licensed(included=True, **wrong)


def test_obstacles_are_known_beforehand(tmp_path, monkeypatch):
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path / "mirror"))
    assert obstacle(find_source("synthetic_genes"), tmp_path) is None
    assert "put train.txt into" in obstacle(licensed(), tmp_path)
    url = "https://example.org/train.txt"
    online = licensed(url=url)
    assert "SRU_NER_OFFLINE=1 forbids the network" in obstacle(online, tmp_path)
    copy = tmp_path / "mirror/example.org/train.txt"
    copy.parent.mkdir(parents=True)
    copy.touch()
    assert obstacle(online, tmp_path) is None
    copy.unlink()
    monkeypatch.delenv("SRU_NER_OFFLINE")
    assert obstacle(online, tmp_path) is None
