import hashlib
import http.server
import threading
import time

import pytest

from sru_ner.corpora.checksums import has_checksum, recorded_checksum
from sru_ner.corpora.download import ATTEMPTS, Limits, download
from sru_ner.errors import DownloadError

CONTENT = b"some corpus\n" * 20_000
QUICK = Limits(first_wait=0.001)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PAGES = {
    "/empty": b"",
    "/page": b"<!DOCTYPE html>\n<html><title>Please log in</title></html>",
    "/old-page": b"\xef\xbb\xbf\n <HTML><body>404</body>",
}


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
        elif self.path == "/no-number":
            self.send_response(200)
            self.send_header("Content-Length", "abc")
            self.end_headers()
        elif self.path in ("/slow-head", "/slow-body"):
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"\r\n" * (self.path == "/slow-body"))
            while not self.server.ended.wait(0.05):  # a byte now and then, for ever
                try:
                    self.wfile.write(b"x")
                except OSError:
                    return
        elif self.path in PAGES:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PAGES[self.path])
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
    server.ended = threading.Event()
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.ended.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def target(tmp_path):
    return tmp_path / "raw" / "corpus" / "file.tsv"


def fetch(url, target):
    download(url, target, SHA256, QUICK)


def test_fetches_once(server, target):
    fetch(f"{server.url}/good", target)
    fetch(f"{server.url}/good", target)
    assert target.read_bytes() == CONTENT
    assert server.asked == {"/good": 1}


@pytest.mark.fault(
    "a server fails twice during a download",
    before="asked again",
    now="asked again",
)
def test_server_that_fails_twice_is_asked_again(server, target):
    fetch(f"{server.url}/flaky", target)
    assert target.read_bytes() == CONTENT
    assert server.asked == {"/flaky": 3}


@pytest.mark.fault(
    "a download fails in five ways",
    before="a message with the address, and no file",
    now="a message with the address, and no file",
)
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


@pytest.mark.fault(
    "a raw file is damaged on the disk",
    before="fetched again",
    now="fetched again",
)
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
        download(f"{server.url}/changed", target, None, QUICK)


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


@pytest.mark.fault(
    "a server sends a page or nothing in place of a corpus",
    before="recorded as good",
    now="refused",
)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_and_nothing_are_not_taken_for_a_file(server, target, path):
    kind = "empty" if path == "/empty" else "an HTML page"
    for sha256 in (None, SHA256):
        with pytest.raises(DownloadError, match=f"what the server sent is {kind}") as caught:
            download(server.url + path, target, sha256, QUICK)
        assert "by hand" in caught.value.remedy
    assert list(target.parent.iterdir()) == []


def test_a_page_that_is_already_in_place_is_not_recorded_as_good(server, target):
    target.parent.mkdir(parents=True)
    target.write_bytes(PAGES["/page"])
    with pytest.raises(DownloadError, match=r"file\.tsv is an HTML page"):
        download(f"{server.url}/good", target, None)
    assert recorded_checksum(target) is None


def test_a_corpus_may_be_a_page(server, target):
    page = target.with_name("corpus.html")
    download(f"{server.url}/page", page, None, QUICK)
    assert page.read_bytes() == PAGES["/page"]


def test_more_than_the_limit_is_not_read(server, target):
    with pytest.raises(DownloadError, match="larger than 100,000 bytes"):
        download(f"{server.url}/good", target, SHA256, Limits(size=100_000))
    assert server.asked == {"/good": 1}
    assert list(target.parent.iterdir()) == []
    download(f"{server.url}/good", target, SHA256, Limits(size=len(CONTENT)))


@pytest.mark.parametrize("path", ["/slow-head", "/slow-body"])
def test_a_server_that_sends_a_byte_now_and_then_is_left(server, target, path):
    began = time.monotonic()
    with pytest.raises(DownloadError, match="longer than it may"):
        download(server.url + path, target, SHA256, Limits(seconds=0.5))
    assert time.monotonic() - began < 5
    assert list(target.parent.iterdir()) == []


@pytest.mark.fault(
    "a server sends `Content-Length: abc`",
    before="a traceback",
    now="a message with the remedy",
)
def test_a_length_that_is_no_number_is_an_error_with_a_remedy(server, target):
    with pytest.raises(DownloadError, match=r"ValueError.*'abc'"):
        download(f"{server.url}/no-number", target, SHA256, QUICK)


def test_no_secret_of_an_address_is_shown(server, target, caplog):
    caplog.set_level("INFO")
    address = server.url.replace("//", "//me:hunter2@")
    download(f"{address}/good?token=hunter2", target, None, QUICK)
    assert "recorded" in caplog.text
    for path in ("/gone?token=hunter2", "/broken?token=hunter2"):
        with pytest.raises(DownloadError) as caught:
            download(address + path, target, "0" * 64, QUICK)
        assert "hunter2" not in str(caught.value)
    with pytest.raises(DownloadError) as caught:
        download("http://me:hunter2@127.0.0.1:9/file?token=hunter2", target, "0" * 64, QUICK)
    assert "token=…" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "trying again" in caplog.text
    assert "hunter2" not in caplog.text


def test_an_address_that_leads_out_of_the_mirror_is_an_error(mirror, target):
    (mirror.parent / "outside").write_bytes(CONTENT)
    for address in ("https://example.org/%2e%2e/%2e%2e/outside", "https://../outside"):
        with pytest.raises(DownloadError, match=r"the step '\.\.'"):
            fetch(address, target)
    assert not target.exists()
