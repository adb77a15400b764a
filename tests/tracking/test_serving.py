"""docs/how-to/serve-a-model.md does what it says: its commands are run as they stand there."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tools.ports import free_port

pytestmark = pytest.mark.pipeline

PAGE = Path(__file__).parents[2] / "docs/how-to/serve-a-model.md"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


DOCUMENTED = "The ataxia telangiectasia gene is mutated."
NESTED = "aspirin brca1 mice aspirin headache - in"
"""What the tests' model marks with nested mentions."""

START = 600
"""Seconds a server may take to come up on a machine that does other things."""

COMMANDS, ANSWERS = blocks("sh"), [json.loads(each) for each in blocks("json")]


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def started(command: str, root: Path, documented_port: int) -> Iterator[int]:
    """Run a server's command on a free port until it takes connections."""
    port = free_port()
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "MLFLOW_TRACKING_URI": f"sqlite:///{root}/mlflow.db",
    }
    server = subprocess.Popen(
        ["bash", "-c", command.replace(str(documented_port), str(port))],
        cwd=root,
        env=environment,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        deadline = time.monotonic() + START
        while not listens(port):
            assert server.poll() is None, server.communicate()[0]
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
        yield port
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.communicate(timeout=60)


def ask(command: str, documented_port: int, port: int) -> dict:
    command = command.replace(f":{documented_port}/", f":{port}/").replace(DOCUMENTED, NESTED)
    done = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def places(spans: list[dict]) -> list[tuple]:
    return [(s["start"], s["end"], s["text"], s["type"], tuple(s["labels"])) for s in spans]


def test_mlflow_serves_the_registered_model(registered, tiny_model):
    from sru_ner.inference.annotator import Annotator

    root, _ = registered
    serve, request, wrong = COMMANDS[:3]
    annotator = Annotator.load(tiny_model)
    with started(serve, root, 5001) as port:
        answer = ask(request, 5001, port)
        refused = ask(wrong, 5001, port)
        flat = wrong.replace('["Diseas"]', '["Disease"], "overlaps": "flat"')
        flat = flat.replace("ataxia", NESTED)
        chosen = ask(flat, 5001, port)
        broken = ask(request.replace('"dataframe_split"', '"rows"'), 5001, port)
        missing = ask(request.replace('["text"]', '["body"]'), 5001, port)
    spans, none = answer["predictions"]
    assert none == []
    assert places(spans) == places([s.as_dict() for s in annotator(NESTED, threshold=0.6)])
    assert any(a["start"] < b["start"] and b["end"] == a["end"] for a in spans for b in spans)
    documented = ANSWERS[0]["predictions"][0][0]
    assert {k: type(v) for k, v in spans[0].items()} == {k: type(v) for k, v in documented.items()}
    assert refused["error_code"] == "INVALID_PARAMETER_VALUE"
    assert "there is no type 'Diseas'. Did you mean 'Disease'?" in refused["message"]
    assert [span["type"] for span in chosen["predictions"][0]] == ["Disease"]
    assert "dataframe_split" in broken["message"]
    assert "text" in missing["message"]


def test_sru_ner_serves_the_registered_model(registered, tiny_model):
    from sru_ner.inference.annotator import Annotator

    root, _ = registered
    serve, request = COMMANDS[3:5]
    with started(serve, root, 5002) as port:
        answer = ask(request, 5002, port)
    documented = ANSWERS[1]
    assert answer["model"] == documented["model"]
    expected = Annotator.load(tiny_model)(NESTED, threshold={"Disease": 0.6, "Chemical": 0.8})
    assert places(answer["spans"][0]) == places([s.as_dict() for s in expected])
    assert answer["spans"][0][0].keys() == documented["spans"][0][0].keys()


def test_all_statuses_of_the_servers_are_documented():
    import inspect

    from sru_ner.serving import app, connections, refusals

    page = PAGE.read_text(encoding="utf-8")
    sources = "".join(inspect.getsource(each) for each in (app, connections, refusals))
    given = set(re.findall(r"\b4\d\d\b|\b5\d\d\b", sources))
    assert given == set(re.findall(r"^\| (\d{3}) \|", page, re.MULTILINE))
