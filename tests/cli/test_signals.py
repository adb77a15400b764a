"""Every command is ended by a signal in the middle of its work: one line, nothing half written."""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

import pytest
import yaml

from sru_ner.annotation import job
from sru_ner.cli.main import main
from tests.suite_files import write_suite

COMMANDS = [
    ("annotate", "notes.txt", "--model", "model", "-o", "out.jsonl"),
    ("annotate", "notes.txt", "more.txt", "--model", "model", "-o", "out", "--to", "brat"),
    ("score", "gold.tsv", "gold.tsv", "--output", "scores.json"),
    ("package", "model", "-o", "package"),
    ("export", "model", "-o", "exported"),
    ("init", "project", "--no-git"),
    ("corpora", "fetch", "synthetic_species"),
    ("harmonize", "synthetic_species"),
    ("corpora", "entries"),
    ("corpora", "inventory", "synthetic_genes", "--output", "inventory.csv"),
    ("corpora", "leakage"),
    ("corpora", "add", "mine", "gold.tsv", "--yes"),
]
"""Commands, from an empty project with two harmonised corpora and a model."""
PARAMS = """
suite: small
corpora: [chemicals, diseases]
train: {}
experiments: {both: {sources: [diseases, chemicals]}}
evaluate: {tested: [diseases], leakage: mark}
assess: {experiment: both}
register: {candidate: both}
"""


@pytest.fixture
def project(
    tmp_path: Path, harmonized: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A folder with all that the commands need; the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("SRU_NER_CATALOG", "SRU_NER_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("notes.txt", "more.txt"):
        Path(name).write_text("aspirin treats headache in mice .\n", encoding="utf-8")
    Path("gold.tsv").write_text("aspirin\tB-Chemical\ntreats\tO\n\n" * 5, encoding="utf-8")
    write_suite(tmp_path, yaml.safe_load(PARAMS))
    shutil.copytree(harmonized, "data/harmonized")
    shutil.copytree(tiny_model, "model")
    job.load_annotator.cache_clear()
    return tmp_path


def run_in_child(arguments: tuple[str, ...], number: int = 0, at: int = 0) -> tuple[int, str]:
    """Run a command in a process that gets a signal when it opens a file for the `at`-th time.

    Only files in the current folder count. Returns the status, and what is on standard error.
    """
    with Path("../stderr").open("wb") as stderr:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            os.dup2(stderr.fileno(), 2)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            sys.stderr, sys.stdout = os.fdopen(2, "w"), os.fdopen(1, "w")
            _send_at(number, at)
            sys.argv = ["sru-ner", *arguments]
            status = 0
            try:
                main()
            except SystemExit as ended:
                status = int(ended.code or 0)
            sys.stderr.flush()
            os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status, Path("../stderr").read_text(encoding="utf-8")


def _send_at(number: int = 0, at: int = 0) -> None:
    here, opened = str(Path.cwd()), count(1)

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        ours = event == "open" and str(Path(str(arguments[0])).absolute()).startswith(here)
        if ours and next(opened) == at:
            os.kill(os.getpid(), number)

    sys.addaudithook(watch)


def content_of(project: Path) -> dict[str, bytes]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for path in project.rglob("*")
        if path.is_file()
    }


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.fault(
    "SIGTERM or Ctrl-C at several moments, in each command that ends by itself",
    before="not tried in each command; `Aborted!` and status 1 for Ctrl-C",
    now="one line, status 143 or 130, and nothing half written",
)
def test_each_command_ends_cleanly(project: Path, command: tuple[str, ...]) -> None:
    if command[0] == "harmonize":
        assert run_in_child(("corpora", "fetch", command[1]))[0] == 0
    interrupted = []
    for at, number in ((1, signal.SIGTERM), (2, signal.SIGINT), (7, signal.SIGTERM)):
        status, printed = run_in_child(command, number, at)
        if status == 0:  # it opens fewer files
            break
        assert status == 128 + number, printed
        assert printed.endswith(f"sru-ner: ended by {number.name}\n")
        assert "Traceback" not in printed
        interrupted.append(content_of(project))
    assert interrupted
    status, printed = run_in_child(command)
    assert status == 0, printed
    whole = content_of(project)
    for found in interrupted:
        # A signal between making and locking a workspace leaves its empty lock to the next start.
        assert [n for n in found if whole.get(n) != found[n] and Path(n).name != "lock"] == []
    assert not Path(".sru-ner-work").exists()
