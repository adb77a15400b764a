"""What Ray and Spark add to a shard: the sides, and what is said where they are not installed."""

from pathlib import Path

import pytest

from bench import clusters
from bench.clusters import FEW, MANY
from bench.clusters_side import plain
from sru_ner.errors import SruNerError


def test_a_side_writes_each_shard(tiny_model: Path, tmp_path: Path) -> None:
    run = plain({"model": str(tiny_model), "scratch": str(tmp_path), "shards": [1, 3]})
    run(3)
    run(1)
    written = [len(list(folder.glob("*.parquet"))) for folder in sorted(tmp_path.glob("out-*"))]
    assert written == [3, 1]


def test_the_time_of_a_further_shard(monkeypatch, tiny_model, tmp_path) -> None:
    """Ray takes 1 s and 0.2 s a shard here, Spark is not measured without Java."""

    class Slow:
        def __init__(self, command, log, env):
            self.seconds = {"plain": 0.05, "ray": 0.2}[command[-2]]

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def read(self, part):
            return {"seconds": 1 + self.seconds * (FEW, MANY)[part]}

    monkeypatch.setattr(clusters, "Side", Slow)
    monkeypatch.setattr(clusters, "small_model", lambda *_: tiny_model)
    monkeypatch.setattr(clusters, "harmonized_material", lambda *_: None)
    monkeypatch.setattr(clusters, "peer_python", lambda *_, ours: Path("python"))
    monkeypatch.setattr(clusters.shutil, "which", lambda _: None)
    rows = {row.name: row.value for row in clusters.measure(tmp_path)}
    assert rows == {
        "further shard, Spark, one thread": None,
        "further shard, without a cluster": pytest.approx(50),
        "further shard, Ray, one actor": pytest.approx(200),
    }


def test_without_an_environment_nothing_is_measured(monkeypatch, tiny_model, tmp_path) -> None:
    def fails(*_, ours):
        raise SruNerError("no network")

    monkeypatch.setattr(clusters, "small_model", lambda *_: tiny_model)
    monkeypatch.setattr(clusters, "harmonized_material", lambda *_: None)
    monkeypatch.setattr(clusters, "peer_python", fails)
    [row] = clusters.measure(tmp_path)
    assert (row.value, row.detail) == (None, "no network")
