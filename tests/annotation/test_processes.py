from pathlib import Path

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import plan_shards
from sru_ner.annotation.processes import in_processes, in_this_process


@pytest.mark.pipeline
def test_processes_write_what_one_does(texts: Path, job: Job, tmp_path: Path) -> None:
    (texts / "t9.txt").write_bytes(b"na\xefve")
    shards = plan_shards(find_sources([str(texts)], SUFFIXES), job)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        (folder / "_shards").mkdir(parents=True)
    expected = {shard.name: found for shard, found in in_this_process(shards, job, ours)}
    found = {s.name: f for s, f in in_processes(shards, job, theirs, processes=2)}
    assert "not UTF-8" in str(expected.pop("t9"))
    assert "not UTF-8" in str(found.pop("t9"))
    assert found == expected
    assert {p.name for p in theirs.iterdir()} == {"_shards", *(f"t{n}.jsonl" for n in range(5))}
    for path in ours.glob("*.jsonl"):
        assert (theirs / path.name).read_bytes() == path.read_bytes()
