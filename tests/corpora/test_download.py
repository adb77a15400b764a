import hashlib
import http.server
import threading

import pytest

from sru_ner.corpora.checksums import has_checksum, recorded_checksum
from sru_ner.corpora.download import (
    ATTEMPTS,
    download,
    mirrored,
)
from sru_ner.errors import DownloadError

CONTENT = b"some corpus\n" * 20_000
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers by path; the server counts the requests for each."""

    def do_GET(self):
        asked = self.server.asked
        asked[self.path] = asked.get(self.path, 0) + 1
        if self.path == "/flaky" and asked[self.path] < 3:
            self.send_error(503)
        elif self.path == "/gone":
            self.send_error(404)
        elif self.path == "/broken":
            self.send_error(500)
        else:
            content = b"something else" if self.path == "/changed" else CONTENT
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[:-7] if self.path == "/truncated" else content)

    def log_message(self, *args):
        """Be quiet."""


@pytest.fixture
def server(monkeypatch):
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)
    monkeypatch.delenv("SRU_NER_MIRROR", raising=False)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.asked = {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "raw" / "corpus" / "file.tsv"


def fetch(url, target):
    download(url, target, SHA256, first_wait=0.001)


def test_fetches_once(server, target):
    fetch(f"{server.url}/good", target)
    fetch(f"{server.url}/good", target)
    assert target.read_bytes() == CONTENT
    assert server.asked == {"/good": 1}


def test_server_that_fails_twice_is_asked_again(server, target):
    fetch(f"{server.url}/flaky", target)
    assert target.read_bytes() == CONTENT
    assert server.asked == {"/flaky": 3}


@pytest.mark.parametrize(
    ("path", "attempts", "message"),
    [
        ("/gone", 1, "404"),
        ("/broken", ATTEMPTS, "500"),
        ("/truncated", ATTEMPTS, "IncompleteRead"),
        ("/changed", ATTEMPTS, f"but {SHA256} was expected"),
    ],
)
def test_failures_name_the_url_and_leave_nothing(server, target, path, attempts, message):
    with pytest.raises(DownloadError, match=message) as caught:
        fetch(server.url + path, target)
    assert caught.value.url == server.url + path
    assert server.asked == {path: attempts}
    assert list(target.parent.iterdir()) == []


def test_unreachable_server(target, monkeypatch):
    monkeypatch.delenv("SRU_NER_OFFLINE", raising=False)
    monkeypatch.delenv("SRU_NER_MIRROR", raising=False)
    with pytest.raises(DownloadError, match="SRU_NER_MIRROR"):
        fetch("http://127.0.0.1:9/file", target)


def test_file_with_another_checksum_is_replaced(server, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"half")
    fetch(f"{server.url}/good", target)
    assert target.read_bytes() == CONTENT


def test_file_with_another_checksum_stays_if_it_cannot_be_replaced(server, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"half")
    with pytest.raises(DownloadError):
        fetch(f"{server.url}/gone", target)
    assert target.read_bytes() == b"half"
    assert not has_checksum(target, SHA256)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    """A mirror with one file, and a network that must not be needed."""
    folder = tmp_path / "mirror"
    (folder / "example.org/data").mkdir(parents=True)
    (folder / "example.org/data/my file.tsv").write_bytes(CONTENT)
    monkeypatch.setenv("SRU_NER_MIRROR", str(folder))
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    return folder


def test_mirror_comes_first(mirror, target):
    fetch("https://example.org/data/my%20file.tsv", target)
    assert target.read_bytes() == CONTENT


def test_mirror_leaves_out_port_and_query(mirror):
    assert mirrored("http://e.org:8080/a/b?raw=1") == mirror / "e.org/a/b"


def test_broken_copy_in_the_mirror_is_an_error_not_passed_over(mirror, target, monkeypatch):
    copy = mirror / "example.org/data/my file.tsv"
    copy.write_bytes(b"broken")
    monkeypatch.delenv("SRU_NER_OFFLINE")
    with pytest.raises(DownloadError, match=r"the copy at .*my file\.tsv"):
        fetch("https://example.org/data/my%20file.tsv", target)
    assert not target.exists()


def test_offline_says_where_the_file_was_expected(mirror, target):
    url = "https://example.org/other.tsv"
    with pytest.raises(DownloadError) as caught:
        fetch(url, target)
    assert url in str(caught.value)
    assert str(mirror / "example.org/other.tsv") in str(caught.value)


def test_offline_without_a_mirror(target, server, monkeypatch):
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    with pytest.raises(DownloadError, match="SRU_NER_MIRROR names no mirror"):
        fetch(f"{server.url}/good", target)
    assert server.asked == {}


def test_offline_takes_a_file_that_is_there(target, monkeypatch):
    monkeypatch.setenv("SRU_NER_OFFLINE", "1")
    target.parent.mkdir(parents=True)
    target.write_bytes(CONTENT)
    fetch("https://example.org/good", target)
    assert target.read_bytes() == CONTENT


def test_first_download_records_a_checksum_that_nobody_knows(server, target, caplog):
    assert recorded_checksum(target) is None
    download(f"{server.url}/good", target, None)
    assert f"no checksum for {server.url}/good, so the file was not checked" in caplog.text
    assert recorded_checksum(target) == SHA256
    download(f"{server.url}/good", target, None)
    assert server.asked == {"/good": 1}
    target.write_bytes(b"spoilt")
    download(f"{server.url}/good", target, None)
    assert target.read_bytes() == CONTENT
    target.unlink()
    with pytest.raises(DownloadError, match=f"but {SHA256} was expected"):
        download(f"{server.url}/changed", target, None, first_wait=0.001)


def test_file_put_in_place_without_a_known_checksum_is_recorded(server, target, caplog):
    target.parent.mkdir(parents=True)
    target.write_bytes(b"by hand")
    download(f"{server.url}/good", target, None)
    assert target.read_bytes() == b"by hand"
    assert server.asked == {}
    assert recorded_checksum(target) == hashlib.sha256(b"by hand").hexdigest()
    assert "recorded" in caplog.text


def test_a_folder_is_there_and_has_no_checksum(tmp_path):
    assert has_checksum(tmp_path, None)
    assert not has_checksum(tmp_path, SHA256)
    assert not has_checksum(tmp_path / "none", None)
