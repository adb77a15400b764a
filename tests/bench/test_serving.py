"""Answers and refusals are counted, here of a server that answers at once."""

import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.serving import Server, _running
from sru_ner.errors import SruNerError


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that refuses every third request; a text that is a number is the status it sends."""
    asked = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                asked.append(body)
                refused = len(asked) % 3 == 0
            [text] = body["texts"]
            self.send_response(int(text) if text.isdigit() else 503 if refused else 200)
            self.send_header("Retry-After", "0.05")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield Server(f"http://127.0.0.1:{running.server_port}", "/annotate")
        running.shutdown()


def test_answers_and_refusals_are_counted(server: Server) -> None:
    load = server.load(["a", "b"], 4, 0.5)
    assert set(load.statuses) == {200, 503}
    answered, refused = load.statuses[200], load.statuses[503]
    assert (answered, refused) == (len(load.answered), len(load.refused))
    # Who is refused stays away as long as told: 4 clients, 0.05 s after every refusal.
    assert refused <= 4 * 0.5 / 0.05 + 4
    assert refused - 1 <= (answered + refused) / 3 <= refused + 1
    assert load.throughput == pytest.approx(answered / load.seconds)
    assert 0.5 <= load.seconds < 5
    assert "4 at a time: " in str(load)


def test_another_status_is_an_error(server: Server) -> None:
    with pytest.raises(SruNerError, match="500"):
        server.load(["500"], 1, 0.05)


def test_each_server_is_asked_its_own_way() -> None:
    assert Server("", "/annotate").question("a") == {"texts": ["a"]}
    assert Server("", "/invocations").question("a")["dataframe_split"]["data"] == [["a"]]


def test_a_server_that_ends_by_itself_found_the_commands_beside_python() -> None:
    with _running(["sh", "-c", "command -v python"], {}) as process:
        assert process.stdout is not None
        found = Path(process.stdout.read().strip())
        assert process.wait() == 0
    assert found.parent == Path(sys.executable).parent
