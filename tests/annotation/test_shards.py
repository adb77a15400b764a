import errno
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner.annotation import run_folder
from sru_ner.annotation import shards as module
from sru_ner.annotation.inputs import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard, plan_shards
from sru_ner.annotation.processes import in_this_process
from sru_ner.annotation.run_folder import open_run
from sru_ner.annotation.shards import annotate_shard, run_identity, unfinished, write_manifest
from sru_ner.errors import InputError


def planned(folder: Path, job: Job) -> list[Shard]:
    return plan_shards(find_sources([str(folder)], SUFFIXES), job)


def run(texts: Path, job: Job, folder: Path, **how: bool) -> list[str]:
    """Names of the shards that were done."""
    shards = planned(texts, job)
    with open_run(folder, run_identity(job), shards, **how):
        done = [
            shard.name for shard, _ in in_this_process(unfinished(shards, folder, job), job, folder)
        ]
        write_manifest(shards, folder, job)
    return done


def write_with(write_json: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whatever writes JSON into a run's folder do it so."""
    for each in (module, run_folder):
        monkeypatch.setattr(each, "write_json", write_json)


def content(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_finished_run_has_all_that_was_found_and_does_nothing_again(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    assert run(texts, job, out) == ["t0", "t1", "t2", "t3", "t4"]
    before = content(out)
    lines = [
        line
        for name, text in before.items()
        if name.endswith("jsonl")
        for line in text.splitlines()
    ]
    manifest = json.loads(before["_manifest.json"])
    assert manifest["documents"] == len(lines) == sum(3 + 4 * n for n in range(5))
    assert manifest["spans"] == sum(len(json.loads(line)["spans"]) for line in lines) > 20
    with pytest.raises(InputError, match="holds a run already"):
        run(texts, job, out)
    assert run(texts, job, out, resume=True) == []
    assert content(out) == before
    assert run(texts, job, out, anew=True) == ["t0", "t1", "t2", "t3", "t4"]
    assert content(out) == before


def test_only_what_is_missing_or_changed_is_done_again(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(texts, job, out)
    before = content(out)
    (out / "_shards/t1.json").unlink()
    (out / "t2.jsonl").unlink()
    (out / ".t3.jsonl.ab12_x9z").mkdir()
    assert run(texts, job, out, resume=True) == ["t1", "t2"]
    assert content(out) == before
    assert not list(out.glob(".*"))
    (texts / "t4.txt").write_text("Mice.", encoding="utf-8")
    (texts / "t5.txt").write_text("Aspirin.", encoding="utf-8")
    assert run(texts, job, out, resume=True) == ["t4", "t5"]
    assert json.loads((out / "_manifest.json").read_text())["documents"] == 3 + 7 + 11 + 15 + 2


def test_other_settings_or_files_of_others_are_refused(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run(texts, job, out)
    before = content(out)
    options = {**job.options, "threshold": 0.9}
    other = replace(job, options=options)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"other settings: options was .*0\.5.*is .*0\.9"):
        run(texts, other, out, resume=True)
    assert content(out) == before
    assert len(run(texts, other, out, anew=True)) == 5
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").touch()
    for how in ({}, {"anew": True}, {"resume": True}):
        with pytest.raises(InputError, match=r"holds files of no run \(thesis\.txt\)"):
            run(texts, job, mine, **how)
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
    begun = tmp_path / "begun"  # a run that was ended while it wrote its settings
    (begun / "._run.json.abcdefgh").mkdir(parents=True)
    assert len(run(texts, job, begun)) == 5
    assert not (begun / "._run.json.abcdefgh").exists()
    with (
        open_run(out, run_identity(other), [], resume=True),
        pytest.raises(InputError, match="another run"),
    ):
        run(texts, other, out, resume=True)


def test_a_folder_that_cannot_be_written_or_locked_is_named(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").touch()
    for folder in ("results", "results/below"):
        with pytest.raises(InputError, match=f"{folder}: cannot be written into as a folder"):
            run(texts, job, tmp_path / folder)

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(run_folder.fcntl, "flock", refused)
    with pytest.raises(InputError, match=r"cannot be locked \(No locks available\)"):
        run(texts, job, tmp_path / "out")
    monkeypatch.setattr(Path, "touch", refused)
    with pytest.raises(InputError, match=r"as a folder \(No locks available\)"):
        run(texts, job, tmp_path / "out")


def test_an_interruption_at_any_write_leaves_no_trace(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(texts, job, tmp_path / "undisturbed")
    out = tmp_path / "out"
    write_json = module.write_json
    for fatal in range(6):
        calls = iter(range(100))

        def broken(path: Path, value: object, fatal: int = fatal, calls=calls) -> None:
            if next(calls) == fatal:
                raise KeyboardInterrupt
            write_json(path, value)

        write_with(broken, monkeypatch)
        with pytest.raises(KeyboardInterrupt):
            run(texts, job, out, resume=(out / "_run.json").exists())
        monkeypatch.undo()
    run(texts, job, out, resume=True)
    assert content(out) == content(tmp_path / "undisturbed")


def test_an_output_whose_record_was_not_finished_is_known(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for format_ in ("jsonl", "brat"):
        job, out = replace(job, output_format=format_), tmp_path / format_
        write_json = module.write_json

        def broken(path: Path, value: object, out: Path = out, write_json=write_json) -> None:
            if path.name == "t3.json" and list(out.glob("t3*")):
                raise KeyboardInterrupt
            write_json(path, value)

        write_with(broken, monkeypatch)
        with pytest.raises(KeyboardInterrupt):
            run(texts, job, out)
        monkeypatch.undo()
        assert list(out.glob("t3*"))
        assert [s.name for s in unfinished(planned(texts, job), out, job)] == ["t3", "t4"]
        run(texts, replace(job, output_format="parquet"), out, anew=True)
        assert {path.suffix for path in out.iterdir() if path.name[0] != "_"} == {".parquet"}


def test_an_older_output_does_not_pass_for_that_of_a_changed_input(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(texts, job, out)
    (texts / "t3.txt").write_text("Mice.", encoding="utf-8")
    write_json = module.write_json

    def broken(path: Path, value: object) -> None:
        write_json(path, value)
        if path.name == "t3.json":
            raise KeyboardInterrupt

    write_with(broken, monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        run(texts, job, out, resume=True)
    monkeypatch.undo()
    assert run(texts, job, out, resume=True) == ["t3"]
    run(texts, job, tmp_path / "undisturbed")
    assert content(out) == content(tmp_path / "undisturbed")


@pytest.mark.parametrize("format_", ["jsonl", "brat"])
def test_what_was_written_under_names_of_before_is_removed(
    texts: Path, job: Job, tmp_path: Path, format_: str
) -> None:
    job, out = replace(job, output_format=format_), tmp_path / "out"
    for file, sizes in (("t1.csv", ()), ("t5.parquet", (4, 2, 0))):
        for size in sizes or (0,):
            if sizes:
                schema = pa.schema([("text", pa.string())])
                with pq.ParquetWriter(texts / file, schema) as writer:
                    for _ in range(size):
                        writer.write_table(pa.table({"text": ["Aspirin."]}, schema))
            else:
                run(texts, job, out)
                (texts / file).write_text("text\nMice.\n", encoding="utf-8")
            run(texts, job, out, resume=True)
            whole = tmp_path / f"{file}-{size}"
            run(texts, job, whole)
            assert content(out) == content(whole)
    # What another call has annotated into the folder stays.
    (texts / "t0.txt").unlink()
    run(texts, job, out, resume=True)
    assert list(out.glob("t0*"))


def test_parquet_is_done_by_row_group_and_keeps_its_columns(job: Job, tmp_path: Path) -> None:
    rows = [
        {"pmid": n, "text": "Aspirin treats headache in mice.", "year": 1990 + n} for n in range(5)
    ]
    table = pa.Table.from_pylist(rows).cast(
        pa.schema([("pmid", pa.int32()), ("text", pa.string()), ("year", pa.int16())])
    )
    (tmp_path / "in").mkdir()
    pq.write_table(table, tmp_path / "in/a.parquet", row_group_size=2)
    out = tmp_path / "out"
    assert run(tmp_path / "in", replace(job, output_format="parquet"), out) == [
        "a-00000",
        "a-00001",
        "a-00002",
    ]
    found = pq.read_table(out)
    assert found["id"].to_pylist() == ["0", "1", "2", "3", "4"]
    assert found.schema.field("year").type == pa.int16()
    assert {span["text"] for spans in found["spans"].to_pylist() for span in spans} == {
        "Aspirin",
        "headache",
    }


def test_names_that_differ_in_their_ending_stay_apart(job: Job, tmp_path: Path) -> None:
    for name in ("a.txt", "a.jsonl", "b.txt.gz"):
        (tmp_path / name).write_bytes(b"")
    shards = planned(tmp_path, replace(job, input_format="text"))
    assert sorted(shard.name for shard in shards) == ["a.jsonl", "a.txt", "b"]
    (tmp_path / "x").mkdir()
    (tmp_path / "x/a.txt").touch()
    files = [str(tmp_path / "a.txt"), str(tmp_path / "x/a.txt")]
    with pytest.raises(InputError, match=r"under the name 'a\.txt'"):
        plan_shards(find_sources(files, SUFFIXES), job)
    with pytest.raises(InputError, match="standard input cannot be read again"):
        plan_shards(find_sources(["-"], SUFFIXES), job)


def test_a_file_that_cannot_be_read_leaves_the_folder_as_it_was(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    (texts / "t2.txt").write_bytes(b"Aspirin.\nna\xefve")
    out = tmp_path / "out"
    out.mkdir()
    [shard] = [s for s in planned(texts, job) if s.name == "t2"]
    with pytest.raises(InputError, match="not UTF-8"):
        annotate_shard(job.annotator(), shard, job, out)
    assert list(out.iterdir()) == []


@pytest.mark.pipeline
def test_a_run_killed_at_a_random_moment_ends_up_the_same(
    texts: Path, job: Job, tmp_path: Path
) -> None:
    for number in range(5, 60):
        (texts / f"t{number}.txt").write_text(
            "Aspirin treats headache in mice.\n" * 40, encoding="utf-8"
        )
    out = tmp_path / "out"
    command = [
        sys.executable, "-m", "sru_ner", "annotate", str(texts), "--model", job.model,
        "--output", str(out), "--batch-size", "4", "--device", "cpu",
    ]  # fmt: skip
    seed = random.randrange(2**32)
    wait = random.Random(seed)
    wanted = wait.randrange(1, 20)
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        deadline = time.monotonic() + 120
        while len(list(out.glob("_shards/*.json"))) < wanted and time.monotonic() < deadline:
            assert process.poll() is None, process.stderr and process.stderr.read()
            time.sleep(0.002)
        time.sleep(wait.uniform(0, 0.05))
        process.send_signal(signal.SIGKILL)
    assert not (out / "_manifest.json").exists(), f"seed {seed}: it was too late"
    assert len(run(texts, job, out, resume=True)) >= 1
    run(texts, job, tmp_path / "undisturbed")
    assert content(out) == content(tmp_path / "undisturbed"), f"seed {seed}"
