from pathlib import Path

import pytest

from sru_ner.inference.inputs import SUFFIXES
from sru_ner.inference.inputs.source import find_sources
from sru_ner.inference.job import Job
from sru_ner.inference.processes import in_this_process
from sru_ner.inference.shards import plan_shards


@pytest.fixture
def cluster():
    ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.mark.pipeline
def test_actors_write_what_one_process_does(cluster, texts: Path, job: Job, tmp_path: Path) -> None:
    from sru_ner.inference.ray import on_ray

    (texts / "t9.txt").write_bytes(b"na\xefve")
    shards = plan_shards(find_sources([str(texts)], SUFFIXES), job)
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    expected = {shard.name: found for shard, found in in_this_process(shards, job, ours)}
    found = {shard.name: found for shard, found in on_ray(shards, job, theirs, actors=2)}
    assert "not UTF-8" in str(found.pop("t9"))
    assert found == {name: record for name, record in expected.items() if name != "t9"}
    for name in found:
        file = f"{name}.jsonl"
        assert (theirs / file).read_bytes() == (ours / file).read_bytes()
