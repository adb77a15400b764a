import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sru_ner.annotation.inputs.formats import SUFFIXES
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job, load_annotator
from sru_ner.annotation.plan import plan_shards
from sru_ner.annotation.processes import in_this_process
from sru_ner.annotation.ray_cluster import on_ray


class FakeRay:
    """A cluster of a given number of GPUs that runs actors here; remembers what each was given."""

    def __init__(self, gpus: int) -> None:
        resources = {"CPU": 2.0} | ({"GPU": float(gpus)} if gpus else {})
        self.cluster_resources = lambda: resources if self.joined else {}
        self.joined = False
        self.num_gpus: float | None = None
        self.data = SimpleNamespace(from_items=self._from_items, ActorPoolStrategy=SimpleNamespace)

    def is_initialized(self) -> bool:
        return self.joined

    def init(self, **_: Any) -> None:
        self.joined = True

    def _from_items(self, rows: list[dict[str, Any]], **_: Any) -> SimpleNamespace:
        def map_(
            actor: Any, *, fn_constructor_args: list[Any], compute: Any, num_gpus: float
        ) -> SimpleNamespace:
            self.num_gpus = num_gpus
            return SimpleNamespace(iter_rows=lambda: map(actor(*fn_constructor_args), rows))

        return SimpleNamespace(map=map_)


@pytest.mark.parametrize(
    ("gpus", "device", "expected"),
    [(0, None, 0), (2, None, 1), (1, "cuda", 1), (2, "cpu", 0)],
)
def test_an_actor_has_a_gpu_where_the_cluster_has_some(
    monkeypatch: pytest.MonkeyPatch,
    texts: Path,
    job: Job,
    tmp_path: Path,
    gpus: int,
    device: str | None,
    expected: int,
) -> None:
    """Whatever the machine that submits has: this one has none."""
    fake = FakeRay(gpus)
    monkeypatch.setitem(sys.modules, "ray", fake)
    monkeypatch.setitem(sys.modules, "ray.data", fake.data)
    monkeypatch.setattr(Job, "annotator", lambda self: load_annotator(job.model, "cpu", "fp32"))
    shards = plan_shards(find_sources([str(texts)], SUFFIXES), job)
    found = list(on_ray(shards, replace(job, device=device), tmp_path / "out", actors=2))
    assert [shard for shard, _ in found] == shards
    assert fake.num_gpus == expected


@pytest.fixture
def cluster():
    ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield ray
    ray.shutdown()


@pytest.mark.pipeline
def test_actors_write_what_one_process_does(cluster, texts: Path, job: Job, tmp_path: Path) -> None:
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
