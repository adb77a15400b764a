"""Commands meet faults of files and of the machine: a message with a remedy, never a traceback."""

import errno
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from sru_ner.annotation import job
from sru_ner.cli.faults import fault_of_the_machine
from sru_ner.cli.main import main
from sru_ner.errors import InputError
from sru_ner.manifests.manifest import describe_splits
from tests.suite_files import write_suite

NO_UTF8 = "suite: caf\xe9\n".encode("latin-1")


@contextmanager
def full_disk() -> Iterator[None]:
    """Let every write to a file fail, as on a full disk: no file may have a byte."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def project(tmp_path: Path, harmonized: Path, tiny_model: Path, monkeypatch) -> Path:
    """A folder with a text, a corpus, harmonised tables and a model; the current folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("SRU_NER_CATALOG", "SRU_NER_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    Path("notes.txt").write_text("aspirin treats headache in mice .\n", encoding="utf-8")
    Path("gold.tsv").write_text("aspirin\tB-Chemical\ntreats\tO\n\n" * 5, encoding="utf-8")
    shutil.copytree(harmonized, "data/harmonized")
    shutil.copytree(tiny_model, "model")
    Path("file").touch()
    job.load_annotator.cache_clear()  # a process keeps the models that it has loaded
    return tmp_path


def run(*arguments: str) -> int:
    """Run a command; return its status."""
    sys.argv = ["sru-ner", *arguments]
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def _arguments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [])


def content_of(project: Path) -> dict[str, bytes | None]:
    return {
        path.relative_to(project).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(project.rglob("*"))
    }


def refused(capsys: pytest.CaptureFixture[str], message: str, *arguments: str) -> None:
    assert run(*arguments) == 2
    printed = capsys.readouterr().err
    assert "Traceback" not in printed
    assert re.search(message, printed), printed
    assert "→" in printed


PARAMETERS = (
    ("manifests",),
    ("train", "x"),
    ("evaluate", "x"),
    ("evaluate-predictions", "x"),
    ("report",),
    ("assess",),
    ("register",),
    ("corpora", "leakage"),
)
"""Commands that read params.yaml."""


def write_no_utf8() -> None:
    Path("params.yaml").write_bytes(NO_UTF8)


def write_no_yaml() -> None:
    Path("params.yaml").write_text("suite: [a\n", encoding="utf-8")


def write_zeros() -> None:
    Path("params.yaml").write_bytes(bytes(4096))  # what a power cut may leave


def make_folder() -> None:
    Path("params.yaml").mkdir()


PARAMETER_FAULTS = [
    pytest.param(
        write_no_utf8,
        r"params\.yaml:1: the file is not UTF-8 \(byte 0xe9\)",
        marks=pytest.mark.fault(
            "params.yaml is not UTF-8, in each command that reads it",
            before="a traceback of 30 lines",
            now="file, line and byte, and how to correct it",
        ),
    ),
    pytest.param(
        write_no_yaml,
        r"params\.yaml:\d: this is not valid YAML",
        marks=pytest.mark.fault(
            "params.yaml is not YAML, in each command that reads it",
            before="a message with the line",
            now="a message with the line",
        ),
    ),
    pytest.param(
        write_zeros,
        r"params\.yaml",
        marks=pytest.mark.fault(
            "params.yaml is full of zero bytes after a power cut",
            before="not tried",
            now="a message that names the file",
        ),
    ),
    pytest.param(
        make_folder,
        r"params\.yaml: the file cannot be read \(Is a directory\)",
        marks=pytest.mark.fault(
            "params.yaml is a folder, in each command that reads it",
            before="not tried",
            now="a message that names it",
        ),
    ),
    pytest.param(
        lambda: None,
        r"params\.yaml: the file cannot be read \(No such file",
        marks=pytest.mark.fault(
            "params.yaml is missing, in each command that reads it",
            before="a message with the remedy",
            now="a message with the remedy",
        ),
    ),
]


@pytest.mark.parametrize("command", PARAMETERS, ids=" ".join)
@pytest.mark.parametrize(("damage", "message"), PARAMETER_FAULTS)
def test_parameters_that_cannot_be_read(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[], None],
    message: str,
    command: tuple[str, ...],
) -> None:
    damage()
    refused(capsys, message, *command)


TALL = "x" * 300
WRITERS = [
    ("annotate", "notes.txt", "--model", "model", "-o", "{}/out.jsonl"),
    ("annotate", "notes.txt", "--model", "model", "-o", "{}/out", "--to", "brat"),
    ("package", "model", "-o", "{}/package"),
    ("export", "model", "-o", "{}/exported"),
    ("init", "{}/project", "--no-git"),
    ("corpora", "entries", "--output", "{}/entries"),
    ("corpora", "fetch", "synthetic_genes", "--output", "{}/raw"),
    ("corpora", "inventory", "chemicals", "--output", "{}/inventory.csv"),
    ("fit", "gold.tsv", "-o", "{}/fitted"),
]
"""Commands that write something, at a place to be filled in."""


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: " ".join(command[:2]))
@pytest.mark.parametrize(
    ("place", "message"),
    [
        pytest.param(
            "file",
            "Not a directory|Not a directory|is not a folder|exists already|cannot be written|"
            "File exists",
            marks=pytest.mark.fault(
                "the folder of an output is a file, in each command that writes",
                before="a traceback in most commands",
                now="a message with the remedy; nothing changes",
            ),
        ),
        pytest.param(
            TALL,
            "File name too long",
            marks=pytest.mark.fault(
                "a name of 300 characters for an output, in each command that writes",
                before="a traceback in most commands",
                now="a message with the remedy; nothing changes",
            ),
        ),
        pytest.param(
            ".",
            "File too large|could not be written|disk",
            marks=pytest.mark.fault(
                "nothing more can be written, in each command that writes",
                before="a traceback in every command",
                now="a message with the remedy; no half-written output",
            ),
        ),
    ],
    ids=["a file", "a long name", "a full disk"],
)
def test_places_that_cannot_be_written(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    place: str,
    message: str,
    command: tuple[str, ...],
) -> None:
    before = content_of(project)
    arguments = [each.format(place) for each in command]
    if place == ".":
        with full_disk():
            refused(capsys, message, *arguments)
    else:
        refused(capsys, message, *arguments)
    left = content_of(project)
    assert {name: left[name] for name in before} == before
    assert not any(content for name, content in left.items() if name not in before)


def flip_weights(model: Path) -> None:
    content = bytearray((model / "model.safetensors").read_bytes())
    content[-7] ^= 1
    (model / "model.safetensors").write_bytes(content)


def cut_weights(model: Path) -> None:
    os.truncate(model / "model.safetensors", 1000)


def empty_config(model: Path) -> None:
    (model / "config.json").write_text("", encoding="utf-8")


def foreign_config(model: Path) -> None:
    (model / "config.json").write_text('{"model_type": "bert"}', encoding="utf-8")


def no_tokenizer(model: Path) -> None:
    (model / "tokenizer.json").unlink()


def no_utf8_config(model: Path) -> None:
    (model / "config.json").write_bytes(b'{"model_type": "\xe9"}')


USERS = [
    ("annotate", "notes.txt", "--model", "model"),
    ("serve", "model", "--port", "0"),
    ("demo-page", "model", "--port", "0"),
    ("package", "model", "-o", "package"),
    ("export", "model", "-o", "exported"),
]
"""Commands that load a model."""


@pytest.mark.parametrize("command", USERS, ids=lambda command: command[0])
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(
            flip_weights,
            "the file has changed since it was written",
            marks=pytest.mark.fault(
                "a flipped bit in model.safetensors, in each command that loads a model",
                before="other mentions, status 0",
                now="the SHA-256 beside the file is checked, and the file is named",
            ),
        ),
        pytest.param(
            cut_weights,
            "the weights are damaged or not complete",
            marks=pytest.mark.fault(
                "model.safetensors is cut off, in each command that loads a model",
                before="a traceback",
                now="a message that names the file, with the remedy",
            ),
        ),
        pytest.param(
            empty_config,
            r"config\.json:1: this is not valid JSON",
            marks=pytest.mark.fault(
                "config.json of a model is empty, in each command that loads a model",
                before="a traceback",
                now="a message that names the file, with the remedy",
            ),
        ),
        pytest.param(
            no_utf8_config,
            r"config\.json:1: the file is not UTF-8",
            marks=pytest.mark.fault(
                "config.json of a model is not UTF-8, in each command that loads a model",
                before="a traceback",
                now="a message with file, line and byte",
            ),
        ),
        pytest.param(
            foreign_config,
            "but one of the type 'bert'",
            marks=pytest.mark.fault(
                "config.json is that of another kind of model, in each command that loads one",
                before="a traceback",
                now="a message that says what kind it is",
            ),
        ),
        pytest.param(
            no_tokenizer,
            "there is no tokenizer.json",
            marks=pytest.mark.fault(
                "a model without tokenizer.json, in each command that loads a model",
                before="no mention was found, status 0",
                now="a message that names what is missing",
            ),
        ),
    ],
)
def test_models_that_are_damaged(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    damage: Callable[[Path], None],
    message: str,
    command: tuple[str, ...],
) -> None:
    damage(project / "model")
    refused(capsys, message, *command)
    assert not (project / "package").exists()
    assert not (project / "exported").exists()


PATH = r"{}/source=chemicals/split=train/part-0\.parquet"
PARAMS = """
suite: small
corpora: [chemicals, diseases]
train: {}
experiments: {both: {sources: [diseases, chemicals]}}
evaluate: {tested: [diseases], leakage: mark}
assess: {experiment: both}
register: {candidate: both}
"""


def flip_table(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[60] ^= 4  # in the first page
    path.write_bytes(content)


def cut_table(path: Path) -> None:
    os.truncate(path, 300)


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        pytest.param(
            damage,
            table,
            marks=pytest.mark.fault(
                f"{what} of the harmonised table `{table}`",
                before=before,
                now="a message that names the file and the command that makes it again",
            ),
        )
        for damage, what, before in (
            (flip_table, "a flipped bit in a page", "other data, status 0"),
            (cut_table, "a cut-off file", "a traceback in some commands"),
            (Path.unlink, "a missing file", "a traceback in some commands"),
        )
        for table in ("documents", "sentences", "spans")
        # Without its documents, the corpus does not have the split.
        if (damage, table) != (Path.unlink, "documents")
    ],
)
def test_tables_that_are_damaged(
    project: Path, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], table: str
) -> None:
    path = project / f"data/harmonized/{table}/source=chemicals/split=train/part-0.parquet"
    damage(path)
    if table == "documents":
        write_suite(project, yaml.safe_load(PARAMS))
        refused(capsys, rf"{PATH.format(table)}: this is not", "corpora", "leakage")
        return
    with pytest.raises(InputError, match=PATH.format(table)) as caught:  # what `manifests` does
        describe_splits(Path("data/harmonized"), ["chemicals"], ["train"])
    assert "sru-ner harmonize" in str(caught.value)


def too_much_of_torch() -> object:
    import torch

    return torch.empty(2**50)


def too_much_of_arrow() -> object:
    import pyarrow as pa

    return pa.allocate_buffer(2**60)


def too_much_of_numpy() -> object:
    import numpy as np

    return np.ones(2**50)


@pytest.mark.parametrize(
    "take",
    [
        pytest.param(
            take,
            marks=pytest.mark.fault(
                f"memory runs out in {library}",
                before="a traceback that ends with the library's words",
                now="a message that says so, with the remedy",
            ),
        )
        for take, library in (
            (too_much_of_torch, "torch"),
            (too_much_of_arrow, "pyarrow"),
            (too_much_of_numpy, "NumPy"),
        )
    ],
)
def test_too_little_memory(take: Callable[[], object]) -> None:
    with pytest.raises((MemoryError, RuntimeError)) as caught:
        take()
    assert "not enough memory" in str(fault_of_the_machine(caught.value))


@pytest.mark.fault(
    "the disk is full while the weights of a model are saved",
    before="a traceback of safetensors",
    now="a message that says so, with the remedy",
)
def test_a_full_disk_in_the_library_of_weights(tmp_path: Path) -> None:
    import torch
    from safetensors.torch import save_file

    with full_disk(), pytest.raises(Exception, match=r"os error|too large") as caught:
        save_file({"a": torch.zeros(10_000)}, tmp_path / "a.safetensors")
    assert os.strerror(errno.EFBIG) in str(fault_of_the_machine(caught.value))


@pytest.mark.fault(
    "the disk is full while a checkpoint is saved",
    before="a traceback of torch",
    now="a message that says so, with the remedy",
)
def test_a_full_disk_in_torch(tmp_path: Path) -> None:
    import torch

    with full_disk(), pytest.raises((RuntimeError, OSError)) as caught:
        torch.save({"a": torch.zeros(1_000_000)}, tmp_path / "a.pt")
    found = fault_of_the_machine(caught.value)
    assert found is not None
    assert found.remedy


def test_a_defect_stays_one() -> None:
    for error in (KeyError("x"), ValueError("x"), RuntimeError("x"), OSError("of a library")):
        assert fault_of_the_machine(error) is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
@pytest.mark.fault(
    "SIGTERM, SIGHUP or Ctrl-C while a command writes",
    before="it ended at once, and what was half written stayed; `Aborted!` and status 1 for Ctrl-C",
    now="what is half written is removed; a line on stderr, status 128 plus the signal",
)
def test_a_signal_ends_a_command_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    code = """
import sys, time
from pathlib import Path
import sru_ner.cli.main as main
from sru_ner.files import atomic_path
def writes():
    with atomic_path(Path("out/a")) as fresh:
        fresh.write_text("half")
        print("ready", flush=True)
        time.sleep(60)
main.app = writes
main.main()
"""
    command = [sys.executable, "-c", code]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True,
        # Under nohup, this process ignores SIGHUP, and so would the command.
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, printed = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert printed == f"sru-ner: ended by {number.name}\n"
    assert [path.name for path in tmp_path.rglob("*")] == ["out"]


MOUNTED = """
mkdir mounted && mount -t tmpfs -o size=64k tmpfs mounted || exit 77
{prepare}
exec {python} -m sru_ner annotate notes.txt --model model -o mounted/out.conll
"""


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        pytest.param(
            "head -c 60000 /dev/zero > mounted/big; ",
            "No space left on device",
            marks=pytest.mark.fault(
                "a real full disk (a tmpfs of 64 KiB)",
                before="a traceback",
                now="a message with the remedy, and nothing half written",
            ),
        ),
        pytest.param(
            "mount -o remount,ro mounted",
            "Read-only file system",
            marks=pytest.mark.fault(
                "a read-only file system",
                before="a traceback",
                now="a message with the remedy",
            ),
        ),
    ],
)
def test_real_file_systems(project: Path, prepare: str, message: str) -> None:
    Path("notes.txt").write_text("aspirin treats headache in mice .\n" * 300, encoding="utf-8")
    script = MOUNTED.format(prepare=prepare, python=sys.executable)
    repository = Path(__file__).parents[2]
    done = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(repository)},
    )
    if done.returncode in (1, 77) and "sru-ner" not in done.stderr:
        pytest.skip(f"this system mounts nothing for users: {done.stderr.strip()}")
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr
