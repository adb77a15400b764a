import os
import subprocess
import sys
from pathlib import Path

import pytest

from sru_ner.cli.main import main
from sru_ner.environment.version import __version__

HEAVY = ["torch", "transformers", "pandas", "pyarrow", "mlflow", "prefect", "dvc", "matplotlib"]


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sru-ner", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_help_imports_nothing_heavy() -> None:
    """What makes `sru-ner --help` quick."""
    code = (
        "import sys; import sru_ner.cli.main;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "[]"


def test_every_command_explains_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--help") == 0
    printed = capsys.readouterr().out
    stages = (
        "corpora",
        "harmonize",
        "manifests",
        "train",
        "evaluate",
        "report",
        "assess",
        "register",
    )
    for command in (*stages, "annotate", "export", "serve", "demo-page", "doctor"):
        assert command in printed
        assert run(monkeypatch, command, "--help") == 0


def test_a_mendable_error_is_a_message_and_status_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, "train", "anything") == 2
    printed = capsys.readouterr().err
    assert "params.yaml: the file cannot be read (No such file or directory)" in printed
    assert "Traceback" not in printed


def test_the_version_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--version") == 0
    assert capsys.readouterr().out == f"sru-ner {__version__}\n"


@pytest.mark.parametrize(
    ("shell", "typed", "offered"),
    [
        ("bash", {"COMP_WORDS": "sru-ner anno", "COMP_CWORD": "1"}, "annotate"),
        ("bash", {"COMP_WORDS": "sru-ner corpora inv", "COMP_CWORD": "2"}, "inventory"),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "sru-ner doc"}, "doctor"),
        ("fish", {"_TYPER_COMPLETE_ARGS": "sru-ner serve --po"}, "--port"),
    ],
)
def test_shells_complete_commands_and_options(
    shell: str, typed: dict[str, str], offered: str
) -> None:
    environment = {
        **os.environ,
        **typed,
        "_SRU_NER_COMPLETE": f"complete_{shell}",
        "_TYPER_COMPLETE_FISH_ACTION": "get-args",
    }
    code = "import sys; from sru_ner.cli.main import main; sys.argv = ['sru-ner']; main()"
    printed = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment
    ).stdout
    assert offered in printed
