"""Figures of experiments that differ only in their seed: mean and spread.

The spread says how far a figure moves when only chance in training changes. How far other documents
would move it is measured by `bootstrap.py`.
"""

from collections import defaultdict
from statistics import fmean, stdev
from typing import Any

import pyarrow as pa

from sru_ner.evaluation.confidence import bootstrap
from sru_ner.settings.params import Params

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


def seed_groups(params: Params) -> list[list[str]]:
    """Group experiments of a suite that differ in nothing but `seed`.

    Groups are sorted by their first name, names within a group by seed. The order in which an
    experiment names its sources makes no difference. Of two experiments with the same seed, only
    the first by name is in the group. Groups of one experiment are left out.
    """
    groups: dict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    for name, settings in sorted(params.experiments.items()):
        alike = settings.model_copy(update={"seed": 0, "sources": tuple(sorted(settings.sources))})
        key = alike.model_dump_json(), params.evaluate.overlaps_of(name)
        groups[key].setdefault(settings.seed, name)
    found = [[group[seed] for seed in sorted(group)] for group in groups.values()]
    return sorted(group for group in found if len(group) > 1)


def summarise_seeds(params: Params, figures: pa.Table) -> pa.Table:
    """Compute mean and spread of each figure over each group of seeds.

    `figures` is a table of `bootstrap.SCHEMA`. Returns a table of `SCHEMA`, sorted by models,
    corpus, scope, type and figure. Cells in which fewer than two models of a group have a figure
    are left out.
    """
    values: dict[tuple[Any, ...], dict[str, float]] = defaultdict(dict)
    for row in figures.select([*_CELL, "model", "value"]).to_pylist():
        if row["value"] is not None:
            values[tuple(row[name] for name in _CELL)][row["model"]] = row["value"]
    cells = sorted(values, key=lambda cell: tuple(part or "" for part in cell))
    rows = [
        {
            "models": group,
            "seeds": [params.experiments[name].seed for name in group],
            **dict(zip(_CELL, cell, strict=True)),
            "n": len(found),
            "mean": fmean(found),
            "sd": stdev(found),
            "min": min(found),
            "max": max(found),
        }
        for group in seed_groups(params)
        for cell in cells
        if len(found := [values[cell][name] for name in group if name in values[cell]]) > 1
    ]
    return pa.Table.from_pylist(rows, schema=SCHEMA)
