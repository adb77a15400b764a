import errno
import json
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sru_ner import locks
from sru_ner.annotation import run_folder
from sru_ner.annotation.job import Job
from sru_ner.annotation.records import run_settings
from sru_ner.annotation.run_folder import open_run
from sru_ner.errors import InputError
from sru_ner.locks import WORK
from tests.annotation.folder_runs import content, run


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
        with pytest.raises(InputError, match=r"holds files that are not of a run \(thesis\.txt\)"):
            run(texts, job, mine, **how)
    assert [path.name for path in mine.iterdir()] == ["thesis.txt"]
    begun = tmp_path / "begun"  # a run that was ended while it wrote its settings
    (begun / WORK / "abcdefgh/new/_run.json").mkdir(parents=True)
    assert len(run(texts, job, begun)) == 5
    assert not (begun / WORK).exists()
    with (
        open_run(out, run_settings(other), [], resume=True),
        pytest.raises(InputError, match=r"another process, number \d+, is annotating into"),
    ):
        run(texts, other, out, resume=True)


@pytest.mark.fault(
    "the folder of an annotation cannot be written or locked",
    before="a message with the remedy",
    now="a message with the remedy",
)
def test_a_folder_that_cannot_be_written_or_locked_is_named(
    texts: Path, job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "results").touch()
    for folder in ("results", "results/below"):
        with pytest.raises(InputError, match=f"{folder}: this cannot be written into as a folder"):
            run(texts, job, tmp_path / folder)

    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locks.fcntl, "flock", refused)
    with pytest.raises(InputError, match=r"the folder cannot be locked \(No locks available\)"):
        run(texts, job, tmp_path / "out")
    monkeypatch.setattr(run_folder, "TemporaryFile", refused)
    with pytest.raises(InputError, match=r"as a folder \(No locks available\)"):
        run(texts, job, tmp_path / "out")


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


@pytest.mark.parametrize("key", ["output", "text"])
def test_records_that_name_files_elsewhere_remove_nothing(
    texts: Path, job: Job, tmp_path: Path, key: str
) -> None:
    out = tmp_path / "out"
    run(texts, job, out)
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").touch()
    record = next((out / "_shards").rglob("*.json"))
    for name in ("../precious", "../precious/thesis.txt", str(precious), ".", ""):
        if key == "text" and not name:
            continue
        changed = json.loads(record.read_text()) | {key: name}
        record.write_text(json.dumps(changed))
        with pytest.raises(InputError, match=r"which is not in it\n.*do not trust this folder"):
            run(texts, job, out, anew=True)
        assert (precious / "thesis.txt").exists()
