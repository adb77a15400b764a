"""A real server on loopback; what needs a slow model, in this process."""

import asyncio
import http.client
import json
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from sru_ner import Annotator
from sru_ner.inference.spans import AnnotatedSpan
from sru_ner.serving.app import create_app
from sru_ner.serving.limits import Limits

TEXTS = [
    "aspirin brca1 mice aspirin headache - in",  # which the model marks with nested mentions
    "",
    "𝛼 - the unknown headache treats aspirin in BRCA1 mice.\n\nHeadache.",
    "nothing",
]


def ask(address: str, **question):
    return httpx.post(f"{address}/annotate", json=question, timeout=60)


def places(spans) -> list[tuple]:
    """What of spans does not depend on the texts read together."""
    each = [s.as_dict() if isinstance(s, AnnotatedSpan) else s for s in spans]
    return [(s["start"], s["end"], s["text"], s["type"], tuple(s["labels"])) for s in each]


@pytest.fixture(scope="module")
def annotator(tiny_model: Path) -> Annotator:
    return Annotator.load(tiny_model, device="cpu")


def test_an_answer_is_that_of_the_annotator(address, annotator):
    answer = ask(address, texts=TEXTS).json()
    expected = [annotator(text) for text in TEXTS]
    assert list(map(places, answer["spans"])) == list(map(places, expected))
    assert answer["spans"][0][0]["score"] == pytest.approx(expected[0][0].score, abs=1e-5)
    # Nested mentions arrive as they are.
    spans = [span for each in answer["spans"] for span in each]
    assert any(a["start"] < b["start"] and b["end"] == a["end"] for a in spans for b in spans)


def test_answers_under_concurrency_are_those_of_single_calls(address, annotator):
    questions = [[TEXTS[i % 4] * (1 + i % 3), f"mice {i} headache"] for i in range(24)]
    options = [{}, {"threshold": 0.9}, {"overlaps": "flat"}]

    def answer(number):
        given = {"texts": questions[number], **options[number % 3]}
        return ask(address, **given).json()["spans"]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(answer, range(24)))
    for number, (texts, spans) in enumerate(zip(questions, answers, strict=True)):
        expected = [annotator(text, **options[number % 3]) for text in texts]
        assert list(map(places, spans)) == list(map(places, expected))


@pytest.mark.parametrize(
    "options",
    [
        {"types": ["Chemical"]},
        {"types": []},
        {"style": "two"},
        {"overlaps": "flat"},
        {"threshold": 0.97},
        {"threshold": {"Disease": 1.0}},
        {"types": ["Disease"], "threshold": 0.9, "overlaps": "flat"},
    ],
)
def test_options_are_those_of_the_annotator(address, annotator, options):
    [spans] = ask(address, texts=TEXTS[:1], **options).json()["spans"]
    assert places(spans) == places(annotator(TEXTS[0], **options))
    assert places(spans) != places(annotator(TEXTS[0]))


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ("{", 400, "the request is not JSON: .*character 1"),
        ("", 422, "request: Field required"),
        ("[]", 422, "request: .*valid dictionary"),
        ('{"texts": "one"}', 422, "texts: .*valid list"),
        ('{"texts": []}', 422, "texts: .*at least 1 item"),
        ('{"texts": ["a", 1]}', 422, r"texts\.1: .*valid string"),
        ('{"texts": ["a\\ud800"]}', 422, r"texts\.0: .*half a surrogate pair at 1"),
        ('{"text": ["a"]}', 422, "text: Extra inputs are not permitted"),
        ('{"texts": ["a"], "types": ["Diseas"]}', 422, "there is no type 'Diseas'. Did you mean"),
        ('{"texts": ["a"], "model": "x"}', 422, "there is no model 'x'"),
        ('{"texts": ["a"], "threshold": 1.1}', 422, "threshold is 1.1 → choose a number from 0"),
        ('{"texts": ["a"], "threshold": NaN}', 422, "threshold is nan"),
        ('{"texts": ["a"], "threshold": "/etc/passwd"}', 422, "threshold.float: .*valid number"),
        ('{"texts": ["a"], "threshold": {"Gene": 0.7}}', 422, "there is no type 'Gene'"),
        ('{"texts": ["a"], "overlaps": "no"}', 422, "overlaps: .*'all', 'exclusive' or 'flat'"),
        ('{"texts": ["a"], "overlaps": "exclusive"}', 422, "the model has no exclusive types"),
        ('{"texts": ["a"], "style": "x"}', 422, "there is no style 'x'.*any, mean, one, two, vote"),
    ],
)
def test_a_bad_request_is_told_the_reason(address, body, status, reason):
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{address}/annotate", content=body, headers=headers)
    assert answer.status_code == status
    assert re.search(reason, answer.json()["detail"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"texts": ["\xff"]}', "the request is not UTF-8 (byte 0xff at 12)"),
        (b"[" * 40_000, "the request is nested too deeply for JSON"),
        (b'{"texts": ' + b"1" * 5000 + b"}", "the request is not JSON: Exceeds the limit"),
    ],
)
def test_a_body_that_is_no_json_at_all_is_named(address, body, reason):
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(f"{address}/annotate", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(reason)


def test_too_much_text_is_413(address):
    fits, too_long = "a " * 999 + "a", "a " * 1000
    assert ask(address, texts=[fits]).status_code == 200
    refused = ask(address, texts=[too_long])
    assert refused.status_code == 413
    wanted = "the request has 2,001 characters, but the server takes 2,000 characters at most"
    assert wanted in refused.json()["detail"]
    assert ask(address, texts=[""] * 2001).status_code == 413


def test_a_body_beyond_the_limit_is_413_whoever_announces_it(address):
    body = json.dumps({"texts": ["a" * 2**20]}).encode()
    wanted = (
        "the request has more than 89,536 bytes, but the server takes 2,000 characters at most"
        " → send the texts in several requests"
    )
    # Refused by its header, before it is read; and without one, when that much has come.
    for content in (body, iter([body[: 2**19], body[2**19 :]])):
        headers = {"Content-Type": "application/json"}
        refused = httpx.post(f"{address}/annotate", content=content, headers=headers)
        assert refused.status_code == 413
        assert refused.json() == {"detail": wanted}


@pytest.mark.parametrize(
    ("headers", "named"),
    [({"Content-Type": "application/x-www-form-urlencoded"}, "the content type app"), ({}, "no c")],
)
def test_a_request_that_is_not_said_to_be_json_is_told_so(address, headers, named):
    answer = httpx.post(f"{address}/annotate", content=b'{"texts": ["mice"]}', headers=headers)
    assert answer.status_code == 415
    assert f"the request has {named}" in answer.json()["detail"]
    assert "Content-Type: application/json" in answer.json()["detail"]


def test_the_examples_of_the_documentation_are_answered(address, tiny_model):
    schemas = httpx.get(f"{address}/openapi.json").json()["components"]["schemas"]
    for example in schemas["Question"]["examples"]:
        assert ask(address, **example).status_code == 200
    [shown] = schemas["Answer"]["examples"]
    assert set(shown) == set(ask(address, texts=["mice"]).json())
    [span] = ask(address, texts=TEXTS[:1]).json()["spans"][0][:1]
    assert set(shown["spans"][0][0]) == set(span)


def test_other_paths_and_methods(address):
    assert httpx.get(f"{address}/nowhere").status_code == 404
    assert httpx.get(f"{address}/annotate").status_code == 405
    assert httpx.get(address).headers["location"] == "docs"


def test_health_names_the_models_and_their_types(address, tiny_model):
    health = httpx.get(f"{address}/health").json()
    assert health["models"] == {tiny_model.name: ["Chemical", "Disease"]}
    assert health["max_characters"] == 2000


def test_metrics_count(address, tiny_model):
    def figures() -> dict[str, float]:
        lines = httpx.get(f"{address}/metrics").text.splitlines()
        pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
        return {name: float(value) for name, value in pairs}

    before = figures()
    ask(address, texts=["mice"])
    ask(address, texts=[1])
    httpx.get(f"{address}/made/up")
    after = figures()
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown['sru_ner_requests_total{path="/annotate",status="200"}'] == 1
    assert grown['sru_ner_requests_total{path="/annotate",status="422"}'] == 1
    assert grown['sru_ner_request_seconds_count{path="/annotate"}'] == 2
    assert grown[f'sru_ner_characters_total{{model="{tiny_model.name}"}}'] == 4
    assert after[f'sru_ner_waiting_characters{{model="{tiny_model.name}"}}'] == 0
    assert not any("made" in name for name in after)


def test_the_documentation_needs_no_network(address):
    page = httpx.get(f"{address}/docs").text
    linked = re.findall(r"(?:src|href)=\"(.*?)\"|url: '(.*?)'", page)
    paths = [path for pair in linked for path in pair if path]
    assert len(paths) >= 4
    for path in paths:
        assert path.startswith("/")
        assert httpx.get(address + path).status_code == 200
    question = httpx.get(f"{address}/openapi.json").json()["components"]["schemas"]["Question"]
    assert all("description" in each for each in question["properties"].values())


def test_a_server_told_to_end_answers_first(serve, tiny_model):
    with serve("serve", str(tiny_model), "--port", "0") as server:
        pending = http.client.HTTPConnection(server.address.removeprefix("http://"), timeout=60)
        body = json.dumps({"texts": [TEXTS[0] * 60]})
        pending.request("POST", "/annotate", body, {"Content-Type": "application/json"})
        # Once a later request has its answer, this one is being read.
        httpx.get(f"{server.address}/health")
        status, errors = server.end()
        assert pending.getresponse().status == 200
    assert status == 0
    assert errors == ""


@asynccontextmanager
async def client_of(slow, limits: Limits):
    app = create_app({"slow": slow}, limits)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url="http://test")
    async with app.router.lifespan_context(app), client:
        try:
            yield client
        finally:
            slow.let.set()


def test_overload_is_503_with_a_time_to_come_back(slow):
    async def scenario():
        async with client_of(slow, Limits(request=100, waiting=100)) as client:

            def send(text):
                return asyncio.create_task(client.post("/annotate", json={"texts": [text]}))

            running = send("r")
            while not slow.batches:
                await asyncio.sleep(0.001)
            many = [send(f"{i}" * 30) for i in range(20)]
            # Those refused are answered while the model still reads.
            done, waiting = set(), set(many)
            while len(waiting) > 3:
                more, waiting = await asyncio.wait(
                    waiting, timeout=5, return_when=asyncio.FIRST_COMPLETED
                )
                assert more
                done |= more
            assert len(waiting) == 3  # of 31 characters each, with the 1 that a text counts more
            assert {task.result().status_code for task in done} == {503}
            assert all(int(task.result().headers["Retry-After"]) >= 1 for task in done)
            assert "try again" in done.pop().result().json()["detail"]
            figures = (await client.get("/metrics")).text
            assert 'sru_ner_waiting_characters{model="slow"} 93.0' in figures
            assert (await client.get("/health")).status_code == 200
            assert (await client.get("/ready")).status_code == 200, "there is room for 7 characters"
            full = send("a" * 6)
            while (await client.get("/ready")).status_code == 200:
                await asyncio.sleep(0.001)
            assert (await client.get("/ready")).json() == {"ready": False}
            slow.let.set()
            await full
            for task in (running, *waiting):
                assert (await task).status_code == 200
            assert (await send("again")).status_code == 200

    asyncio.run(scenario())


def test_a_broken_model_is_500_and_the_server_goes_on(slow):
    async def scenario():
        slow.let.set()
        async with client_of(slow, Limits()) as client:
            broken = await client.post("/annotate", json={"texts": ["broken"]})
            assert broken.status_code == 500
            fine = await client.post("/annotate", json={"texts": ["fine"]})
            assert json.loads(fine.text)["spans"][0][0]["text"] == "fine"

    asyncio.run(scenario())


def test_a_long_request_keeps_no_short_one_waiting(annotator):
    async def scenario():
        async with client_of_model(annotator, Limits(request=200_000)) as client:
            ask = partial(client.post, "/annotate", timeout=120)
            long = asyncio.create_task(ask(json={"texts": ["." * 20_000]}))
            await asyncio.sleep(0.1)
            for _ in range(3):
                short = await ask(json={"texts": TEXTS[:1]})
                assert list(map(places, short.json()["spans"])) == [places(annotator(TEXTS[0]))]
                assert not long.done()
            assert (await long).json() == {"model": "model", "spans": [[]]}

    asyncio.run(scenario())


def test_many_words_in_few_characters_make_no_short_request():
    limits = Limits()
    assert limits.is_short(TEXTS)
    assert limits.is_short(["." * 1000])
    assert not limits.is_short(["." * 1001])
    assert not limits.is_short(["." * 600, "." * 600])
    assert not limits.is_short(["a" * 5000])  # each text counts as one character more
    assert limits.is_short(["a" * 4999])


def test_what_takes_too_long_is_ended_and_the_server_goes_on(annotator):
    async def scenario():
        limits = Limits(request=200_000, seconds=0.3)
        async with client_of_model(annotator, limits) as client:
            ask = partial(client.post, "/annotate", timeout=120)
            ended = await ask(json={"texts": ["." * 60_000]})
            assert ended.status_code == 413
            assert "for more than 0.3 s" in ended.json()["detail"]
            assert (await ask(json={"texts": ["mice"]})).status_code == 200

    asyncio.run(scenario())


@asynccontextmanager
async def client_of_model(annotator, limits: Limits):
    app = create_app({"model": annotator}, limits)
    transport = httpx.ASGITransport(app=app)
    client = httpx.AsyncClient(transport=transport, base_url="http://test")
    async with app.router.lifespan_context(app), client:
        yield client


def test_only_the_hosts_that_are_named_are_answered(slow):
    async def scenario():
        app = create_app({"slow": slow}, hosts=["ner.example.org"])
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            for host, status in (("ner.example.org:80", 200), ("evil.example.org", 421)):
                assert (await client.get("/health", headers={"Host": host})).status_code == status

    asyncio.run(scenario())
