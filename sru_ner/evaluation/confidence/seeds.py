"""Several seeds of one experiment as one figure with a spread.

The spread says how far a figure moves when nothing changes but chance in training; what other
documents would change is said by `bootstrap.py`.
"""

from collections import defaultdict
from collections.abc import Mapping
from statistics import fmean, stdev
from typing import Any

import pyarrow as pa

from sru_ner.evaluation.confidence import bootstrap
from sru_ner.settings import ExperimentSettings

SCHEMA = pa.schema(
    [
        ("models", pa.list_(pa.string())),  # that differ in nothing but the seed
        ("seeds", pa.list_(pa.int64())),  # theirs, in the same order
        *(bootstrap.SCHEMA.field(name) for name in ("tested", "scope", "type", "figure")),
        ("n", pa.int64()),  # of the models, those with a figure; at least two
        ("mean", pa.float64()),
        ("sd", pa.float64()),  # of the sample, with n − 1
        ("min", pa.float64()),
        ("max", pa.float64()),
    ]
)

_CELL = ("tested", "scope", "type", "figure")


def seed_groups(experiments: Mapping[str, ExperimentSettings]) -> list[list[str]]:
    """Names of experiments that differ in nothing but `seed`, by seed; groups by first name.

    The order in which an experiment names its sources makes no difference. Experiments that stand
    alone are in no group, and two of one seed are the same thing twice: the first by name counts.
    """
    groups: dict[str, dict[int, str]] = defaultdict(dict)
    for name, settings in sorted(experiments.items()):
        alike = settings.model_copy(update={"seed": 0, "sources": tuple(sorted(settings.sources))})
        groups[alike.model_dump_json()].setdefault(settings.seed, name)
    found = [[group[seed] for seed in sorted(group)] for group in groups.values()]
    return sorted(group for group in found if len(group) > 1)


def summarise_seeds(experiments: Mapping[str, ExperimentSettings], figures: pa.Table) -> pa.Table:
    """Mean and spread of each figure over each group of seeds.

    `figures` is a table of `bootstrap.SCHEMA`, whose values are summarised. Returns a table of
    `SCHEMA`, sorted by models, corpus, scope, type and figure; cells in which fewer than two models
    of a group have a figure are left out.
    """
    values: dict[tuple[Any, ...], dict[str, float]] = defaultdict(dict)
    for row in figures.select([*_CELL, "model", "value"]).to_pylist():
        if row["value"] is not None:
            values[tuple(row[name] for name in _CELL)][row["model"]] = row["value"]
    cells = sorted(values, key=lambda cell: tuple(part or "" for part in cell))
    rows = [
        {
            "models": group,
            "seeds": [experiments[name].seed for name in group],
            **dict(zip(_CELL, cell, strict=True)),
            "n": len(found),
            "mean": fmean(found),
            "sd": stdev(found),
            "min": min(found),
            "max": max(found),
        }
        for group in seed_groups(experiments)
        for cell in cells
        if len(found := [values[cell][name] for name in group if name in values[cell]]) > 1
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
