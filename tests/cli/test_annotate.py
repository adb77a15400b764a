import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from sru_ner.cli.main import main

TEXT = "Aspirin treats headache in mice.\r\n\r\nThe unknown headache - aspirin 𝛼"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["sru-ner", "annotate", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.fixture
def text(tmp_path: Path) -> Path:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, encoding="utf-8", newline="")
    return path


def test_a_line_of_json_for_each_line_of_text(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: Path,
    tiny_model: Path,
) -> None:
    assert run(monkeypatch, "--model", str(tiny_model), str(text)) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["text"] for line in lines] == TEXT.split("\r\n")
    assert [line["id"] for line in lines] == ["text-000001", "text-000002", "text-000003"]
    assert any(line["spans"] for line in lines)
    for line in lines:
        for span in line["spans"]:
            assert line["text"][span["start"] : span["end"]] == span["text"]


def test_types_thresholds_overlaps_and_style_choose(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: Path,
    tiny_model: Path,
) -> None:
    def found(*options: str) -> list[dict]:
        assert run(monkeypatch, "--model", str(tiny_model), str(text), *options) == 0
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        return [span for line in lines for span in line["spans"]]

    everything = found()
    assert {span["type"] for span in everything} == {"Chemical", "Disease"}
    assert {span["type"] for span in found("--types", "Chemical")} == {"Chemical"}
    assert {s["type"] for s in found("--threshold", "Chemical=1,Disease=0.5")} == {"Disease"}
    assert found("--threshold", "1") == []
    flat = found("--overlaps", "flat")
    assert all(span in everything for span in flat)
    assert {span["text"] for span in flat} >= {"Aspirin"}
    of_two = found("--style", "two")
    assert {tuple(s["labels"]) for s in of_two} == {("one$Chemical",), ("two$Disease",)}


@pytest.mark.parametrize("output", ["-", "out"])
@pytest.mark.parametrize(
    "content",
    [
        {"Chemical": 1},
        {
            "models": {
                "mine": {"default": 0.5, "types": {"Chemical": 1.0}},
                "other": {"default": 1.0, "types": {}},
            }
        },
    ],
)
def test_thresholds_come_from_a_file(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: Path,
    named_model: Path,
    content: dict,
    output: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("low.json").write_text(json.dumps(content), encoding="utf-8")
    options = ["--model", str(named_model), "--threshold", "low.json", "--output", output]
    assert run(monkeypatch, *options, str(text)) == 0
    found = capsys.readouterr().out if output == "-" else Path("out/text.jsonl").read_text()
    spans = [span for line in found.splitlines() for span in json.loads(line)["spans"]]
    assert {span["type"] for span in spans} == {"Disease"}


def test_pipes_and_files_of_other_formats(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
) -> None:
    records = tmp_path / "records.jsonl"
    record = '{"pmid": 7, "body": "Aspirin treats headache in mice.", "year": 1999}'
    records.write_text(f"{record}\nno json\n", encoding="utf-8")
    out = tmp_path / "out.conll"
    options = ["--format", "jsonl", "--text-column", "body", "--output", str(out)]
    with records.open(encoding="utf-8") as stdin:
        monkeypatch.setattr(sys, "stdin", stdin)
        assert run(monkeypatch, "--model", str(tiny_model), "-", *options) == 0
    rows = [line.split("\t") for line in out.read_text().splitlines()]
    assert rows[:5] == [
        ["-DOCSTART- 7"],
        [""],
        ["Aspirin", "0", "7", "B-Chemical"],
        ["treats", "8", "14", "O"],
        ["headache", "15", "23", "B-Disease"],
    ]
    said = capsys.readouterr().err
    assert "1 line without a text left out (first: standard input:2: no JSON" in said
    assert "1 document written without further fields" in said


def test_a_reader_that_has_had_enough_ends_it_while_more_may_come(tiny_model: Path) -> None:
    command = [sys.executable, "-m", "sru_ner", "annotate", "-", "--model", str(tiny_model)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen([*command, "--device", "cpu"], **pipes) as process:
        process.stdin.write(b"Aspirin.\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["text"] == "Aspirin."
        process.stdout.close()
        process.stdin.write(b"Mice.\n")
        process.stdin.flush()  # and not closed, as by `tail -f`
        assert process.wait(60) == 0
        assert process.stderr.read() == b""


def test_a_folder_gets_a_file_for_each_input_once(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: Path,
    tiny_model: Path,
) -> None:
    out = tmp_path / "out"
    options = ["--model", str(tiny_model), str(text), "--to", "pubtator", "--output", str(out)]
    assert run(monkeypatch, *options) == 0
    assert "1 shard (0 finished before), 3 documents" in capsys.readouterr().err
    assert (out / "text.pubtator").read_text().startswith("text-000001|t|Aspirin treats")
    assert run(monkeypatch, *options) == 2
    assert "--resume to go on with it" in capsys.readouterr().err
    assert run(monkeypatch, *options, "--resume") == 0
    assert "1 shard (1 finished before)" in capsys.readouterr().err


def test_a_folder_is_annotated_into_one_below_it(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: Path,
    tiny_model: Path,
) -> None:
    options = ["--model", str(tiny_model), str(tmp_path), "--output", str(text.parent / "out")]
    for done in (0, 1):
        assert run(monkeypatch, *options, "--resume") == 0
        assert f"1 shard ({done} finished before), 3 documents" in capsys.readouterr().err


def test_a_folder_stands_for_its_files_of_the_format_that_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: Path,
    tiny_model: Path,
) -> None:
    abstract = "<Abstract><AbstractText>Aspirin.</AbstractText></Abstract>"
    (tmp_path / "a.xml").write_text(
        "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>7</PMID><Article>"
        f"<ArticleTitle>Mice.</ArticleTitle>{abstract}</Article></MedlineCitation></PubmedArticle>"
        "</PubmedArticleSet>"
    )
    options = ["--model", str(tiny_model), "--format", "pubmed-xml"]
    assert run(monkeypatch, *options, str(tmp_path)) == 0
    [line] = capsys.readouterr().out.splitlines()
    assert json.loads(line)["id"] == "7"
    assert text.exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], "nowhere.txt: there is no such file or folder"),
        (["{latin}"], "latin.txt:1: the file is not UTF-8"),
        (["{text}", "--types", "Diseases"], "there is no type 'Diseases'. Did you mean 'Disease'?"),
        (["{text}", "--threshold", "high"], "neither a number, nor Type=number"),
        (["{text}", "--output", "x.docx"], "the name does not tell the format to write"),
        (["{text}", "--resume"], "need a folder as --output"),
        (["{text}", "--to", "brat"], "brat is a folder of files"),
        (["{folder}", "--output", "{folder}/out"], "1 of 2 shards could not be annotated"),
    ],
)
def test_what_is_wrong_is_said(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: Path,
    tiny_model: Path,
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "latin.txt").write_bytes("naïve".encode("latin-1"))
    places = {"latin": str(tmp_path / "latin.txt"), "text": str(text), "folder": str(tmp_path)}
    given = [argument.format(**places) for argument in arguments]
    assert run(monkeypatch, "--model", str(tiny_model), *given) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "x.docx").exists()


def test_a_file_in_place_of_the_folder_is_named_before_the_model_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: Path
) -> None:
    (tmp_path / "results").touch()
    arguments = ["--model", str(tmp_path / "none"), "--output", str(tmp_path / "results")]
    assert run(monkeypatch, *arguments, str(text)) == 2
    said = capsys.readouterr().err
    assert "results: this cannot be written into as a folder (File exists)" in said


def test_a_file_of_unknown_format_is_named_before_the_model_is_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "notes.foo").write_text("mice")
    given = ["--model", str(tmp_path / "none"), str(tmp_path / "notes.foo")]
    assert run(monkeypatch, *given) == 2
    assert "notes.foo: the name does not tell the format" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["-", "out.jsonl", "out"])
def test_an_input_of_which_nothing_can_be_read_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
    output: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("other.jsonl").write_text('{"words": 1}\n{"words": 2}\n')
    given = ["--model", str(tiny_model), "--output", output]
    assert run(monkeypatch, *given, "other.jsonl") == 2
    said = capsys.readouterr().err
    assert "no document could be read: 2 lines without a text" in said
    assert "other.jsonl:1: there is no string under the key 'text'" in said
    assert not Path("out.jsonl").exists()
    Path("empty.jsonl").touch()  # holds no document, and nothing that was left out
    assert run(monkeypatch, *given[:3], output.replace("out", "second"), "empty.jsonl") == 0


def test_a_folder_without_a_model_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, text: Path
) -> None:
    assert run(monkeypatch, "--model", str(tmp_path), str(text)) == 2
    assert "no model.safetensors" in capsys.readouterr().err


def test_files_of_text_get_annotations_that_fit_them(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
) -> None:
    notes, out = tmp_path / "notes", tmp_path / "out"
    (notes / "ward").mkdir(parents=True)
    content = f"\ufeff{TEXT}"
    (notes / "a.txt").write_text(content, encoding="utf-8", newline="")
    (notes / "ward" / "b.txt").write_bytes("Na\xefve aspirin".encode("cp1252"))
    given = ["--model", str(tiny_model), str(notes), "--unit", "file", "--to", "brat"]
    given += ["-o", str(out)]
    assert run(monkeypatch, *given) == 2
    assert "ward/b.txt:1: the file is not UTF-8" in (said := capsys.readouterr().err)
    assert "--encoding cp1252" in said
    assert run(monkeypatch, *given, "--encoding", "cp1252", "--anew") == 0
    assert (out / "ward" / "b.txt").read_text(encoding="utf-8") == "Na\xefve aspirin"
    assert (out / "ward" / "b.ann").exists()
    assert (out / "a.txt").read_bytes() == (notes / "a.txt").read_bytes()
    lines = (out / "a.ann").read_text(encoding="utf-8").splitlines()[::2]
    assert lines
    for line in lines:
        _, place, quoted = line.split("\t")
        start, end = place.split(" ", 1)[1].split(" ")
        assert content[int(start) : int(end)] == quoted


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--unit", "file", "--format", "csv"], "--unit file is for plain text, not for csv"),
        (["--encoding", "cp1253"], "there is no encoding 'cp1253'"),
    ],
)
def test_what_is_said_of_files_is_checked_before_the_model_is_loaded(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    text: Path,
    arguments: list[str],
    message: str,
) -> None:
    assert run(monkeypatch, "--model", str(tmp_path / "none"), str(text), *arguments) == 2
    assert message in capsys.readouterr().err


def test_a_file_of_another_format_is_not_taken_for_one_text(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
) -> None:
    notes = tmp_path / "notes.jsonl.gz"
    notes.write_bytes(gzip.compress(b'{"text": "Aspirin."}'))
    options = ["--model", str(tiny_model), str(notes), "--unit", "file"]
    assert run(monkeypatch, *options) == 2
    said = capsys.readouterr().err
    assert "this file is jsonl by its name" in said
    assert "add --format text" in said
    assert run(monkeypatch, *options, "--format", "text") == 0
    assert json.loads(capsys.readouterr().out)["text"] == '{"text": "Aspirin."}'


def test_a_pipe_of_the_shell_is_read(text: Path, tiny_model: Path) -> None:
    command = f"{sys.executable} -m sru_ner annotate --model {tiny_model} <(cat {text})"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["text"] for line in lines] == TEXT.split("\r\n")
    assert lines[0]["id"] == "pipe-000001"


def test_a_pipe_is_not_read_into_a_folder(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    tiny_model: Path,
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    options = ["--model", str(tiny_model), str(pipe), "-o", str(tmp_path / "out")]
    assert run(monkeypatch, *options) == 2
    assert "cannot be read again after an interruption" in capsys.readouterr().err


def test_parquet_is_not_written_to_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], text: Path, tiny_model: Path
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(monkeypatch, "--model", str(tiny_model), str(text), "--to", "parquet") == 2
    captured = capfd.readouterr()
    assert captured.out == ""
    assert "Parquet is binary" in captured.err
    assert "--output NAME.parquet" in captured.err


def test_a_run_that_chose_its_precision_does_not_go_on_in_another(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    text: Path,
    tiny_model: Path,
    tmp_path: Path,
) -> None:
    out = str(tmp_path / "out")
    options = ["--model", str(tiny_model), "--output", out, str(text)]
    has_it = True
    for name in ("avx512_bf16", "amx_tile"):
        monkeypatch.setattr(torch.cpu, f"_is_{name}_supported", lambda: has_it)
    assert run(monkeypatch, *options) == 0
    has_it = False
    assert run(monkeypatch, *options, "--resume") == 2
    assert "precision" in capsys.readouterr().err
