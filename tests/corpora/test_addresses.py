from pathlib import Path

import pytest

from sru_ner.corpora.addresses import FILE_NAME, check_address, mirrored

LEADING_OUT = [
    "https://e.org/a/../b",
    "https://e.org/%2e%2e/b",
    "https://e.org/a%2f..%2f..%2fb",
    "https://e.org/a%2F..",
    "https://../b",
    "https://e.org/.",
    "https://e.org/a%00b",
    "https://e.org/a%5c..%5cb",
]


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SRU_NER_MIRROR", str(tmp_path))
    return tmp_path


def test_a_copy_has_the_host_and_the_path_without_port_query_and_codes(mirror: Path) -> None:
    assert mirrored("http://e.org:8080/a/b?raw=1") == mirror / "e.org/a/b"
    assert mirrored("https://u:p@e.org//a%20b%2Fc/") == mirror / "e.org/a b/c"


def test_without_a_mirror_there_is_no_copy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SRU_NER_MIRROR", raising=False)
    assert mirrored("https://e.org/a") is None


@pytest.mark.parametrize("address", LEADING_OUT)
def test_an_address_that_leads_elsewhere_is_refused(mirror: Path, address: str) -> None:
    with pytest.raises(ValueError, match="is no name of a file"):
        mirrored(address)
    with pytest.raises(ValueError, match="is no name of a file"):
        check_address(address)


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://e.org/a", "javascript:alert(1)", "e.org/a", "http:///a"],
)
def test_only_the_web_is_linked_and_fetched(address: str) -> None:
    with pytest.raises(ValueError, match="http:// or https:// and a host"):
        check_address(address)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a\\b", "a\0", "a\nb", "x" * 201])
def test_names_that_are_no_files_of_a_folder(name: str) -> None:
    assert not FILE_NAME.fullmatch(name)


@pytest.mark.parametrize("name", ["a", ".a", "...", "a b", "ä.tsv", "x" * 200])
def test_names_of_files(name: str) -> None:
    assert FILE_NAME.fullmatch(name)
