"""A second download tells what has changed, and leaves the files alone."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from sru_ner.corpora.checksums import record_of
from sru_ner.corpora.download import Limits
from sru_ner.corpora.look_again import look_again
from sru_ner.corpora.source import Source

CONTENT = b"some corpus"
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Has the same content everywhere but at /gone."""

    def do_GET(self) -> None:
        if self.path == "/gone":
            self.send_error(404)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(CONTENT)

    def log_message(self, *args: object) -> None:
        """Be quiet."""


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)
    monkeypatch.delenv("SRU_NER_MIRROR", raising=False)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def source(address: str, *files: dict) -> Source:
    return Source.model_validate(
        {
            "name": "mine",
            "title": "Mine",
            "citation": "none",
            "licence": "none",
            "reader": "jsonl",
            "types": {"drug": "Drug"},
            "given": {"splits": True, "documents": True, "sentences": False},
            "files": [
                {"split": split, **file, "url": f"{address}/{file['url']}"}
                for split, file in zip(("train", "dev", "test"), files, strict=False)
            ],
        }
    )


def test_each_file_is_compared_with_what_is_known_of_it(address: str, tmp_path: Path) -> None:
    corpus = source(
        address,
        {"url": "same", "sha256": SHA256},
        {"url": "other", "sha256": "0" * 64},
        {"url": "gone", "sha256": SHA256},
    )
    looks = look_again(corpus, tmp_path, Limits(first_wait=0.001))
    assert [(look.file, look.outcome) for look in looks] == [
        ("same", "unchanged"),
        ("other", "changed"),
        ("gone", "not available"),
    ]
    assert looks[1].detail == SHA256
    assert "404" in looks[2].detail
    assert [*tmp_path.iterdir()] == []


def test_without_a_checksum_the_first_download_counts(address: str, tmp_path: Path) -> None:
    corpus = source(address, {"url": "a"}, {"url": "b"})
    kept = tmp_path / "mine/a"
    kept.parent.mkdir()
    kept.write_text("as it was")
    record_of(kept).write_text(f"{'0' * 64}  a\n")
    looks = look_again(corpus, tmp_path)
    assert [look.outcome for look in looks] == ["changed", "not known"]
    assert kept.read_text() == "as it was"
