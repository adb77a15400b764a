"""Annotates shards on a Ray cluster, with one actor for each GPU or for some processors.

Needs the extra `ray`. All machines have to see the inputs and the output folder under the same
paths. As on one machine, the output and the record of a shard are complete or do not exist, so each
shard is annotated exactly once.
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
    """Process of the cluster that holds the model."""

    def __init__(self, shards: Sequence[Shard], job: Job, folder: Path) -> None:
        self._shards, self._job, self._folder = shards, job, folder
        self._annotator = job.annotator()

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Annotate the shard with the number in `row`.

        Returns the number with the record as JSON or the message of an error, one of them empty:
        Ray Data holds rows in Arrow's types.
        """
        number = int(row["number"])
        shard = self._shards[number]
        try:
            record = annotate_shard(self._annotator, shard, self._job, self._folder)
            return {"number": number, "record": json.dumps(record), "error": ""}
        except SruNerError as error:
            return {"number": number, "record": "", "error": str(error)}


def gpus_per_actor(resources: Mapping[str, float], device: str | None) -> int:
    """Return how many GPUs each actor gets: 1 if the cluster has any and the job may use it.

    resources: resources of the whole cluster, as Ray counts them. device: device of the job.
    """
    return int(device != "cpu" and resources.get("GPU", 0) > 0)


def on_ray(shards: Sequence[Shard], job: Job, folder: Path, *, actors: int) -> Iterator[Outcome]:
    """Annotate shards in `actors` processes of a cluster; yield them as they are finished.

    Joins the cluster of RAY_ADDRESS, or starts one on this machine. `gpus_per_actor` says when an
    actor gets a GPU. Raises `InputError` if Ray is not installed.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # Ray reads it while it is imported
    try:
        import ray  # noqa: PLC0415
        from ray.data import ActorPoolStrategy  # noqa: PLC0415
    except ImportError as error:
        raise not_installed(error) or error from None
    if not ray.is_initialized():
        ray.init(include_dashboard=False, log_to_driver=False)
    rows = [{"number": number} for number in range(len(shards))]
    # One block for each shard. With fewer blocks, one actor would get many shards, others none.
    data = ray.data.from_items(rows, override_num_blocks=max(1, len(rows)))
    done = data.map(
        ShardActor,
        fn_constructor_args=[shards, job, folder.resolve()],
        compute=ActorPoolStrategy(size=actors),
        # The cluster may have GPUs even if the machine that starts the job has none.
        num_gpus=gpus_per_actor(ray.cluster_resources(), job.device),
    )
    for row in done.iter_rows():
        shard = shards[row["number"]]
        yield shard, SruNerError(row["error"]) if row["error"] else json.loads(row["record"])
