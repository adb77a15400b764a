"""The clients in the documentation, run against a server with a key."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs/how-to/serve-a-model.md"


def client(language: str) -> str:
    clients = PAGE.read_text(encoding="utf-8").partition("### Clients")[2]
    [code] = re.findall(rf"```{language}\n(.*?)```", clients, re.DOTALL)
    return code


@pytest.fixture(scope="module")
def address(serve, tiny_model):
    with serve("serve", str(tiny_model), "--port", "0", "--api-key", "secret") as server:
        yield server.address


def run(command: list[str], **environment: str) -> str:
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **environment}
    ).stdout


def test_python(address):
    code = client("python").replace("http://127.0.0.1:5002", address)
    printed = run([sys.executable, "-c", code], SRU_NER_API_KEY="secret")
    assert "0 7 Aspirin Chemical" in printed.splitlines()


def test_javascript(address):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    code = client("javascript").replace("http://127.0.0.1:5002", address)
    code = code.replace("{ server =", "{ key = 'secret', server =").replace(", key, ...", ", ...")
    printed = run([node, "--input-type=module", "-e", code])
    assert "Aspirin Chemical" in printed.splitlines()
