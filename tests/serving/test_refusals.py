import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sru_ner.serving.refusals import THIS_MACHINE, AnswerAtTheEnd, CheckHost


async def fine(request):
    return PlainTextResponse("fine")


APP = Starlette(routes=[Route("/", fine)])


def asked(app, headers):
    async def ask():
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://x"
        ) as client:
            return await client.get("/", headers=headers)

    return asyncio.run(ask())


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:1", 200),
        ("[::1]:8000", 200),
        ("ner.example.org", 200),
        ("evil.example.org", 421),
        ("localhost.evil.example.org", 421),
        ("evil.example.org:localhost", 421),
        ("user@localhost", 421),
        ("", 421),
    ],
)
def test_only_known_hosts_are_answered(host, status):
    app = CheckHost(APP, hosts=[*THIS_MACHINE, "NER.example.org"])
    answer = asked(app, {"Host": host})
    assert answer.status_code == status
    if status != 200:
        assert "Host header" in answer.json()["detail"]


def test_two_hosts_are_refused():
    app = CheckHost(APP, hosts=THIS_MACHINE)
    assert asked(app, [("Host", "localhost"), ("Host", "evil.example.org")]).status_code == 421


def test_what_is_cancelled_is_answered_with_503():
    async def never(request):
        await asyncio.sleep(3600)

    async def play():
        app = AnswerAtTheEnd(Starlette(routes=[Route("/", never)]))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=app), base_url="http://x"
        ) as client:
            request = asyncio.create_task(client.get("/"))
            await asyncio.sleep(0.05)
            request.cancel()
            answer = await request
        assert answer.status_code == 503
        assert "ends" in answer.json()["detail"]
        assert answer.headers["Retry-After"]

    asyncio.run(play())
