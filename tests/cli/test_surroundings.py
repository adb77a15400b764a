"""Commands in odd surroundings: streams, folders, names and variables that are not as usual."""

import os
import resource
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sru_ner.annotation import job
from sru_ner.cli.main import main
from sru_ner.inference.annotator import Annotator

TEXT = "aspirin treats headache in mice .\n"
ANNOTATE = ("annotate", "notes.txt", "--model", "model")


@pytest.fixture
def project(tmp_path: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a text and a model; the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [])
    Path("notes.txt").write_text(TEXT, encoding="utf-8")
    shutil.copytree(tiny_model, "model")
    job.load_annotator.cache_clear()
    return tmp_path


def run(*arguments: str) -> int:
    """Run a command; return its status."""
    sys.argv = ["sru-ner", *arguments]
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
@pytest.mark.fault(
    "standard input, output or error is closed",
    before="a traceback: None has no `buffer`",
    now="closed input is empty, and what is written to a closed output is lost",
)
def test_closed_streams(project: Path, monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setattr(sys, stream, None)
    source = "-" if stream == "stdin" else "notes.txt"
    assert run("annotate", source, "--model", "model", "-o", "out.jsonl") == 0
    assert bool(Path("out.jsonl").read_bytes()) == (stream != "stdin")
    assert run("annotate", source, "--model", "model") == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOME", "/proc/none"),
        ("TMPDIR", "/nonexistent"),
        ("TZ", "Nowhere/Land"),
        ("XDG_CACHE_HOME", "/proc/none"),
        ("OMP_NUM_THREADS", "none"),
        ("COLUMNS", "-1"),
    ],
)
@pytest.mark.fault(
    "HOME, TMPDIR and caches that do not exist, an unknown time zone, nonsense in variables",
    before="not tried",
    now="the same output",
)
def test_variables(project: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    assert run(*ANNOTATE, "-o", "usual.jsonl") == 0
    monkeypatch.setenv(name, value)
    monkeypatch.setattr(tempfile, "tempdir", None)
    try:
        time.tzset()
        assert run(*ANNOTATE, "-o", "odd.jsonl") == 0
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (project / "odd.jsonl").read_bytes() == (project / "usual.jsonl").read_bytes()


def no_utf8_name(folder: Path) -> None:
    (folder / os.fsdecode(b"bad\xff.txt")).write_text(TEXT, encoding="utf-8")


def zero_bytes(folder: Path) -> None:
    (folder / "zero.txt").write_bytes(b"\0aspirin\0 treats headache\n\0\n")


def link_to_itself(folder: Path) -> None:
    (folder / "loop").symlink_to(folder)
    (folder / "dangling.txt").symlink_to(folder / "nothing")


def pipe_and_socket(folder: Path) -> None:
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(folder / "socket.txt"))


def many_files(folder: Path) -> None:
    for number in range(100):
        (folder / f"{number}.txt").write_text("aspirin\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "more"),
    [
        pytest.param(
            make,
            more,
            marks=pytest.mark.fault(f"{what}, in a folder to annotate", before=before, now=now),
        )
        for make, more, what, before, now in (
            (
                no_utf8_name,
                1,
                "a file whose name is not UTF-8",
                "a traceback: surrogates not allowed",
                "its outputs have U+FFFD in their names",
            ),
            (
                zero_bytes,
                1,
                "a text with zero bytes",
                "not tried",
                "read as any character",
            ),
            (
                link_to_itself,
                0,
                "a link to the folder itself, and one to nothing",
                "not tried",
                "links to folders are not followed, and what is not there is no input",
            ),
            (
                pipe_and_socket,
                0,
                "a pipe that nobody writes, and a socket",
                "not tried",
                "they are no inputs: nothing waits for them",
            ),
            (
                many_files,
                100,
                "a hundred tiny files, with fewer open files allowed",
                "not tried",
                "each has its output",
            ),
        )
    ],
)
@pytest.mark.parametrize("to", ["jsonl", "brat"])
def test_odd_folders(project: Path, make: Callable[[Path], None], more: int, to: str) -> None:
    folder = project / "texts"
    folder.mkdir()
    (folder / "usual.txt").write_text(TEXT, encoding="utf-8")
    make(folder)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    opened = len(list(Path("/proc/self/fd").iterdir()))
    resource.setrlimit(resource.RLIMIT_NOFILE, (opened + 64, before[1]))
    try:
        assert run("annotate", "texts", "--model", "model", "-o", "out", "--to", to) == 0
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    ending = {"jsonl": "*.jsonl", "brat": "*/annotation.conf"}[to]
    assert len(list((project / "out").glob(ending))) == 1 + more


@pytest.mark.fault(
    "the clock jumps to 1970, and files are of 2100",
    before="not tried",
    now="an annotation that goes on takes no time for a change",
)
def test_a_clock_that_jumps(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("annotate", "notes.txt", "--model", "model", "-o", "out", "--to", "jsonl")
    assert run(*command) == 0
    out = project / "out/notes.jsonl"
    before, future = out.read_bytes(), 4_102_444_800
    for path in (project / "notes.txt", *project.glob("out/**/*"), *project.glob("model/*")):
        os.utime(path, (future, future))
    monkeypatch.setattr(time, "time", lambda: 0.0)
    assert run(*command, "--resume") == 0
    assert out.read_bytes() == before
    assert out.stat().st_mtime == future  # it was not made again


@pytest.mark.fault(
    "the files of a model are emptied while it is loaded",
    before="the process crashed (SIGBUS), or went on with other weights",
    now="it goes on with what it has loaded",
)
def test_a_model_that_is_replaced_while_it_is_loaded(project: Path) -> None:
    annotator = Annotator.load(project / "model")
    before = annotator(TEXT)
    for path in (project / "model").iterdir():
        os.truncate(path, 0)
    assert annotator(TEXT) == before
