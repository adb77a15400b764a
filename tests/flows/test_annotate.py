import sys

import pytest

from flows import annotate as module
from flows.dvc_stage import StageFailedError


def test_the_command_goes_on_where_it_stood():
    options = {"to": "parquet", "batch_size": 64, "overlaps": "flat", "anew": False}
    command = module.annotate_command(["data/a", "b.txt"], "models/x", "out", options)
    assert command[1:] == [
        "-m", "sru_ner", "annotate", "data/a", "b.txt", "--model", "models/x",
        "--output", "out", "--resume", "--to", "parquet", "--batch-size", "64",
        "--overlaps", "flat",
    ]  # fmt: skip


def test_its_output_is_logged_and_a_failure_shows_its_end(monkeypatch):
    logged = []

    class Logger:
        info = staticmethod(logged.append)

    monkeypatch.setattr(module, "get_run_logger", Logger)
    good = [sys.executable, "-c", "print('one'); print('two')"]
    assert module.annotate_files.fn(good) == "two"
    assert logged == ["one", "two"]
    bad = [sys.executable, "-c", "print('no such model'); raise SystemExit(2)"]
    with pytest.raises(StageFailedError, match="no such model\n  → run the flow again"):
        module.annotate_files.fn(bad)
