import json
import subprocess
import sys
from pathlib import Path

import pytest

from sru_ner.cli.main import main

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
        "compose",
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
    assert "params.yaml: cannot be read (No such file or directory)" in printed
    assert "Traceback" not in printed


def test_annotate_writes_a_line_of_json_per_line_of_text(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Aspirin treats headache.\r\n\r\n𝛼 mice in the headache", encoding="utf-8")
    assert run(monkeypatch, "annotate", "--model", str(tiny_model), str(text)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == [
        "Aspirin treats headache.",
        "",
        "𝛼 mice in the headache",
    ]
    assert any(line["spans"] for line in lines)
    for line in lines:
        for span in line["spans"]:
            assert line["text"][span["start"] : span["end"]] == span["text"]


def test_annotate_says_what_is_wrong_with_its_input(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
) -> None:
    assert run(monkeypatch, "annotate", "--model", str(tiny_model), "nowhere.txt") == 2
    assert "nowhere.txt: no such text file" in capsys.readouterr().err
    latin = tmp_path / "latin.txt"
    latin.write_bytes("naïve".encode("latin-1"))
    assert run(monkeypatch, "annotate", "--model", str(tiny_model), str(latin)) == 2
    assert "not UTF-8" in capsys.readouterr().err
    assert run(monkeypatch, "annotate", "--model", str(tmp_path), str(latin)) == 2
    assert "no model.safetensors" in capsys.readouterr().err
