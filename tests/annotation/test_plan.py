from dataclasses import replace
from pathlib import Path

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import plan_shards
from sru_ner.errors import InputError
from tests.annotation.folder_runs import planned


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


def test_a_file_that_cannot_be_read_is_named(job: Job, tmp_path: Path) -> None:
    (tmp_path / "a.txt").touch()
    shards = find_sources([str(tmp_path / "a.txt")], SUFFIXES)
    (tmp_path / "a.txt").unlink()
    with pytest.raises(InputError, match=r"a\.txt: the file cannot be read \(No such file"):
        plan_shards(shards, job)
