"""One side of `bench.clusters`, in a process of its own.

`python -m bench.clusters_side plain|ray|spark WORK.json` reads from the JSON file:

- `model`: folder of a trained model.
- `scratch`: folder that it may write to.
- `shards`: numbers of shards.

It prints `ready`. Then it reads indices of these numbers from stdin. It answers each with the
seconds that so many shards took, as JSON.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from bench.at_scale import shard_job
from bench.timing import timed
from sru_ner.annotation.inputs.source import find_sources
from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard, plan_shards
from sru_ner.annotation.ray_cluster import on_ray
from sru_ner.annotation.shards import annotate_shard

TEXT = "Aspirin relieves headache."

Run = Callable[[int], object]
"""Annotates a number of shards."""


def plain(work: dict[str, Any]) -> Run:
    """Annotate shards one after the other in this process."""
    job = shard_job(Path(work["model"]))
    annotator = job.annotator()
    planned, folders = _planned(work, job), _folders(work)

    def run(number: int) -> None:
        folder = next(folders)
        for shard in planned[number]:
            annotate_shard(annotator, shard, job, folder)

    return run


def ray(work: dict[str, Any]) -> Run:
    """Annotate shards with one actor of Ray, which is started each time."""
    job = shard_job(Path(work["model"]))
    planned, folders = _planned(work, job), _folders(work)
    return lambda number: list(on_ray(planned[number], job, next(folders), actors=1))


def spark(work: dict[str, Any]) -> Run:
    """Annotate the partitions of a frame in Spark, with one thread and a model from MLflow."""
    import mlflow  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    from sru_ner.tracking.logged_model import log_model  # noqa: PLC0415
    from sru_ner.tracking.spark_column import with_spans  # noqa: PLC0415

    os.environ["PYSPARK_PYTHON"] = sys.executable
    folder = Path(work["scratch"])
    folder.mkdir(parents=True, exist_ok=True)
    store = f"sqlite:///{folder / 'mlflow.db'}"
    mlflow.set_tracking_uri(store)
    mlflow.create_experiment("bench", artifact_location=(folder / "artifacts").as_uri())
    mlflow.set_experiment("bench")
    with mlflow.start_run():
        logged = log_model(Path(work["model"]), "model", {})
    mlflow.register_model(f"models:/{logged}", "bench")
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    session = builder.config("spark.driver.bindAddress", "127.0.0.1").getOrCreate()

    def run(number: int) -> None:
        rows = session.sparkContext.parallelize([(TEXT,)] * number, number)
        frame = session.createDataFrame(rows, "text string")
        with_spans(frame, "models:/bench/1", root=folder).collect()

    return run


def _planned(work: dict[str, Any], job: Job) -> dict[int, list[Shard]]:
    """Write the texts, which is not measured; return the shards of each number."""
    planned = {}
    for number in work["shards"]:
        texts = Path(work["scratch"]) / f"texts-{number}"
        texts.mkdir(parents=True)
        for each in range(number):
            (texts / f"{each}.jsonl").write_text(json.dumps({"text": TEXT}), encoding="utf-8")
        planned[number] = plan_shards(find_sources([str(texts)], (".jsonl",)), job)
    return planned


def _folders(work: dict[str, Any]) -> Iterator[Path]:
    """Yield new empty folders."""
    for number in count():
        folder = Path(work["scratch"]) / f"out-{number}"
        folder.mkdir(parents=True)
        yield folder


SIDES: dict[str, Callable[[dict[str, Any]], Run]] = {"plain": plain, "ray": ray, "spark": spark}


def main(name: str, path: str) -> None:
    """Read indices on stdin and answer on stdout."""
    work = json.loads(Path(path).read_text(encoding="utf-8"))
    run = SIDES[name](work)
    run(work["shards"][0])
    print("ready", flush=True)
    for line in sys.stdin:
        seconds, _ = timed(partial(run, work["shards"][int(line)]))
        print(json.dumps({"seconds": seconds}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
