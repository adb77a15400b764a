"""The page draws what people can look at, and refuses what would take a minute or a gigabyte."""

import time

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from sru_ner.serving.app import create_app
from sru_ner.serving.page import add_page


@pytest.fixture
def client(slow) -> TestClient:
    app: FastAPI = create_app({"slow": slow})
    add_page(app, {"slow": slow}, longest=100_000)
    return TestClient(app)


def drawn(client: TestClient, text: str, spans: list[tuple[int, int]]) -> httpx.Response:
    mentions = [{"start": start, "end": end, "type": "Chemical"} for start, end in spans]
    return client.post("/draw", json={"text": text, "spans": mentions})


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param([(i, i + 1) for i in range(20_000)], id="many"),
        pytest.param([(i, 4000 - i) for i in range(1500)], id="in each other"),
    ],
)
def test_too_many_mentions_are_refused_at_once(client, spans):
    began = time.process_time()
    refused = drawn(client, "a" * 40_000, spans)
    assert time.process_time() - began < 15  # drawing them takes a minute
    assert refused.status_code == 422
    assert "draw a part of the text" in refused.json()["detail"]


def test_as_many_as_are_allowed_are_drawn(client):
    began = time.process_time()
    answer = drawn(client, "a " * 3000, [(2 * i, 2 * i + 1) for i in range(3000)])
    assert answer.status_code == 200
    assert answer.text.count("Chemical") >= 3000
    assert time.process_time() - began < 15  # a second, where nothing else runs
