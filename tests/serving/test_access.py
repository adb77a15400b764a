"""Key, origins, log and path of a proxy, on a real server on loopback."""

import json
import re

import httpx
import pytest

from sru_ner.errors import InputError
from sru_ner.serving.access import Access

KEY = "a long random text"


@pytest.fixture(scope="module")
def server(serve, tiny_model):
    options = (
        *("--api-key", KEY, "--allow-origin", "https://app.example.org"),
        *("--root-path", "/ner", "--access-log", "json", "--port", "0"),
    )
    with serve("serve", str(tiny_model), *options) as server:
        yield server


def ask(address, **headers):
    return httpx.post(f"{address}/annotate", json={"texts": ["mice"]}, headers=headers)


def test_requests_need_the_key(server):
    refused = ask(server.address)
    assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
    assert "Authorization: Bearer" in refused.json()["detail"]
    assert ask(server.address, Authorization=f"Bearer {KEY}x").status_code == 401
    assert ask(server.address, Authorization=f"Basic {KEY}").status_code == 401
    assert ask(server.address, Authorization=f"Bearer {KEY}").status_code == 200
    assert ask(server.address, **{"X-API-Key": KEY}).status_code == 200
    assert httpx.get(f"{server.address}/metrics").status_code == 401
    for path in ("health", "ready", "docs", "openapi.json"):
        assert httpx.get(f"{server.address}/{path}").status_code == 200


def test_pages_of_the_named_origin_may_ask(server):
    headers = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
    }
    for origin, allowed in (("https://app.example.org", True), ("https://example.org", False)):
        answer = httpx.options(f"{server.address}/annotate", headers={"Origin": origin, **headers})
        assert (answer.headers.get("access-control-allow-origin") == origin) is allowed
    answer = ask(server.address, Origin="https://app.example.org")
    assert answer.headers["access-control-allow-origin"] == "https://app.example.org"


def test_a_proxy_may_keep_or_remove_its_path(server):
    for path in ("", "/ner"):
        page = httpx.get(f"{server.address}{path}/docs").text
        assert "/ner/openapi.json" in page
        assert httpx.get(f"{server.address}{path}/health").status_code == 200
        assert ask(f"{server.address}{path}").status_code == 401
    assert httpx.get(f"{server.address}/openapi.json").json()["servers"] == [{"url": "/ner"}]


def test_each_request_is_a_line_of_json_without_its_text(serve, tiny_model):
    with serve("serve", str(tiny_model), "--port", "0", "--access-log", "json") as server:
        httpx.post(f"{server.address}/annotate", json={"texts": ["secret mice"]})
        httpx.get(f"{server.address}/made%0Aup?secret=1")
        _, errors = server.end()
    first, second = map(json.loads, errors.splitlines())
    assert (first["method"], first["path"], first["status"]) == ("POST", "/annotate", 200)
    assert (first["client"], first["bytes"] > 20) == ("127.0.0.1", True)
    assert 0 < first["seconds"] < 60
    assert (second["path"], second["status"]) == ("/made\nup", 404)
    assert "secret" not in errors


def test_a_line_of_words_is_one_line(serve, tiny_model):
    with serve("serve", str(tiny_model), "--port", "0", "--access-log", "text") as server:
        httpx.get(f"{server.address}/made%0Aup")
        _, errors = server.end()
    assert re.fullmatch(r"\S+Z 127\.0\.0\.1 GET /made\\nup 404 [\d.]+ s \d+ bytes\n", errors)


@pytest.mark.parametrize(
    ("access", "root_path", "problem"),
    [
        (Access(key=" "), "", "the API key is empty"),
        (Access(origins=("app.example.org",)), "", "app.example.org is no origin"),
        (Access(origins=("https://app.example.org/",)), "", "is no origin"),
        (Access(), "ner", "--root-path ner is no path"),
        (Access(), "/", "--root-path / is no path"),
    ],
)
def test_values_that_cannot_work_are_refused(access, root_path, problem):
    with pytest.raises(InputError, match=problem):
        access.check(root_path)


def test_values_that_work():
    Access(key="k", origins=("*", "http://localhost:3000")).check("/ner")
