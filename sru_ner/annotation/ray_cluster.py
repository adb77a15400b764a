"""Shards on a Ray cluster: Ray Data with an actor for each GPU, or for some processors.

Needs the extra `ray`. Inputs and the folder have to be where all machines see them. What makes the
run exactly once is the same as on one machine: a shard's output and record are whole or not there.
"""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sru_ner.annotation.job import Job
from sru_ner.annotation.plan import Shard
from sru_ner.annotation.processes import Outcome
from sru_ner.annotation.shards import annotate_shard
from sru_ner.environment.extras import not_installed
from sru_ner.errors import SruNerError


class ShardActor:
    """A process of the cluster that holds the model."""

    def __init__(self, shards: Sequence[Shard], job: Job, folder: Path) -> None:
        self._shards, self._job, self._folder = shards, job, folder
        self._annotator = job.annotator()

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Annotate the shard of a number; a row of Arrow's types says what became of it."""
        number = int(row["number"])
        shard = self._shards[number]
        try:
            record = annotate_shard(self._annotator, shard, self._job, self._folder)
            return {"number": number, "record": json.dumps(record), "error": ""}
        except SruNerError as error:
            return {"number": number, "record": "", "error": str(error)}


def gpus_of_an_actor(resources: Mapping[str, float], device: str | None) -> int:
    """How many GPUs an actor has to itself: one where the cluster has any and the job may use it.

    resources: of the whole cluster, as Ray counts them. device: of the job.
    """
    return int(device != "cpu" and resources.get("GPU", 0) > 0)


def on_ray(shards: Sequence[Shard], job: Job, folder: Path, *, actors: int) -> Iterator[Outcome]:
    """Annotate shards in `actors` processes; see `gpus_of_an_actor`.

    Joins the cluster of RAY_ADDRESS, or starts one here. Yields shards as they are finished.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # read when it is imported
    try:
        import ray  # noqa: PLC0415
        from ray.data import ActorPoolStrategy  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)
    rows = [{"number": number} for number in range(len(shards))]
    # A block for each shard, or one actor would be given many and the others none.
    data = ray.data.from_items(rows, override_num_blocks=max(1, len(rows)))
    done = data.map(
        ShardActor,
        fn_constructor_args=[shards, job, folder.resolve()],
        compute=ActorPoolStrategy(size=actors),
        # The machine that submits may have none, and the cluster some.
        num_gpus=gpus_of_an_actor(ray.cluster_resources(), job.device),
    )
    for row in done.iter_rows():
        shard = shards[row["number"]]
        yield shard, SruNerError(row["error"]) if row["error"] else json.loads(row["record"])
