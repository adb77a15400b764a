"""Calls of commands in an empty folder."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sru_ner.cli.main import app


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run a command in an empty folder and return its output; errors are raised.

    answers: what is typed in. exit_code: the expected status.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SRU_NER_CATALOG", raising=False)

    def call(*arguments: str, answers: str | None = None, exit_code: int = 0) -> str:
        result = CliRunner().invoke(app, arguments, input=answers, env={"COLUMNS": "160"})
        if isinstance(result.exception, Exception):
            raise result.exception
        assert result.exit_code == exit_code, result.output
        return result.stdout

    return call
