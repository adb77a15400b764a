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

from sru_ner.annotation import records, run_folder, shards
from sru_ner.annotation.job import Job
from sru_ner.annotation.records import unfinished
from sru_ner.annotation.shards import annotate_shard
from sru_ner.errors import InputError
from sru_ner.files import write_json
from tests.annotation.folder_runs import content, planned, run


def write_with(function: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    """Write all JSON of a run's folder with another function."""
    for module in (records, run_folder, shards):
        monkeypatch.setattr(module, "write_json", function)


@pytest.mark.fault(
    "annotation is interrupted at any of its writes",
    before="nothing was lost",
    now="nothing is lost: resumed, it gives the same bytes",
)
def test_an_interruption_at_any_write_leaves_no_trace(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(texts, job, tmp_path / "undisturbed")
    out = tmp_path / "out"
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


@pytest.mark.fault(
    "annotation is killed between an output and its record",
    before="nothing was lost",
    now="the shard is annotated again",
)
def test_an_output_whose_record_was_not_finished_is_known(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for format_ in ("jsonl", "brat"):
        job, out = replace(job, output_format=format_), tmp_path / format_

        def broken(path: Path, value: object, out: Path = out) -> None:
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


@pytest.mark.fault(
    "an input changes between two runs into one folder",
    before="annotated again",
    now="annotated again",
)
def test_an_older_output_does_not_pass_for_that_of_a_changed_input(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    run(texts, job, out)
    (texts / "t3.txt").write_text("Mice.", encoding="utf-8")

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


@pytest.mark.fault(
    "annotation is killed with SIGKILL at a random moment",
    before="folders `.name.XXXX` stayed",
    now="resumed, it gives the same bytes, and nothing else is in the folder",
)
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
        "--precision", job.precision,
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
