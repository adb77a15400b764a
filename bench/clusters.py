"""What Ray and Spark add to the annotation of a shard.

The same short texts are annotated as a few shards and as many. The difference in time, for each
further shard, is what a shard costs. With Ray, the model is loaded once; with Spark, each partition
loads it.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench.learner import small_model
from bench.material import SYNTHETIC, harmonized_material
from bench.report import Row, not_measured, shown
from bench.sides import Side, peer_python
from bench.timing import Times, environment
from sru_ner.errors import SruNerError
from sru_ner.files import write_text

REQUIREMENTS = Path(__file__).with_name("clusters.txt")

FEW, MANY = 2, 12
"""Numbers of shards between which the time of a further one is measured."""

_SIDES = {
    "plain": "without a cluster",
    "ray": "Ray, one actor",
    "spark": "Spark, one thread",
}


def measure(
    scratch: Path, folder: Path = Path(".cache/clusters"), *, turns: int = 3
) -> Iterator[Row]:
    """Measure the time of a further shard with a small model. folder: environment of Ray and Spark.

    Figures that need what is not here, such as Java for Spark, are not measured.
    """
    model = small_model(harmonized_material(SYNTHETIC, scratch), scratch)
    try:
        python = peer_python(folder, REQUIREMENTS, ours=True)
    except SruNerError as error:
        yield not_measured("further shard, Ray and Spark", str(error))
        return
    with ExitStack() as stack:
        sides: dict[str, Side] = {}
        for name, title in _SIDES.items():
            if name == "spark" and shutil.which("java") is None:
                yield not_measured(f"further shard, {title}", "there is no Java")
                continue
            work = scratch / f"clusters-{name}.json"
            content = {"model": str(model), "scratch": str(scratch / name), "shards": [FEW, MANY]}
            write_text(work, json.dumps(content))
            command = [str(python), "-m", "bench.clusters_side", name, str(work)]
            side = Side(command, work.with_suffix(".log"), environment(threads=1))
            sides[name] = stack.enter_context(side)
        taken: dict[str, list[float]] = {name: [] for name in sides}
        for _ in range(turns):
            for name, side in sides.items():
                few, many = (side.read(part)["seconds"] for part in range(2))
                taken[name].append((many - few) / (MANY - FEW))
    for name, seconds in taken.items():
        times = Times(tuple(seconds))
        yield shown(
            f"further shard, {_SIDES[name]}",
            1000 * times.median,
            "ms",
            f"one short text each, a small model, {FEW} against {MANY} shards; {times}"
            + ("; a partition loads the model from MLflow" if name == "spark" else ""),
        )
