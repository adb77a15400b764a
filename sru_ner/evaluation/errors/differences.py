"""Differences between every two models of a suite: counts by type, and the mentions themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.evaluation.contamination import NONE_KNOWN, Contaminations
from sru_ner.evaluation.errors.changes import CHANGES, CHANGES_SCHEMA, compare
from sru_ner.evaluation.scored import scored_for

DIFFERENCES_SCHEMA = pa.schema(
    [
        pa.field("model_a", pa.string(), nullable=False),
        pa.field("model_b", pa.string(), nullable=False),
        pa.field("tested", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("gold", pa.bool_(), nullable=False),  # false: predicted by one of them, wrongly
        *(pa.field(change, pa.int64(), nullable=False) for change in CHANGES),  # from b to a
    ]
)
"""Counts of changes by type; the table has no corpus text."""

CHANGED_SCHEMA = pa.schema([*list(DIFFERENCES_SCHEMA)[:2], *CHANGES_SCHEMA])
"""Mentions that one of two models has right and the other wrong: before is b, after is a.

This table quotes the corpora, so it stays out of git.
"""

_KEYS = DIFFERENCES_SCHEMA.names[:5]


@dataclass(frozen=True, slots=True)
class Differences:
    """Changes between every two models of a suite."""

    counts: pa.Table
    """Number of changes by type: a table of `DIFFERENCES_SCHEMA`, sorted by its keys."""
    changed: pa.Table
    """The changed mentions: a table of `CHANGED_SCHEMA`.

    It is sorted by pair, in the order of the models, then like the result of `changes.compare`.
    """


def find_differences(
    decisions: pa.Table,
    errors: pa.Table,
    *,
    models: Sequence[str],
    leaks: Contaminations = NONE_KNOWN,
) -> Differences:
    """Find the changes from b to a for every two models, on documents that are scored for both.

    decisions: what `kept_decisions` returns for the same `leaks`. errors: what `classes.classify`
    returns for these decisions. Of two models, the one that `models` names first is a, as in
    `significance`.
    """
    parts = {
        model: tuple(table.filter(pc.field("model") == model) for table in (decisions, errors))
        for model in models
    }
    counts, changed = [DIFFERENCES_SCHEMA.empty_table()], [CHANGED_SCHEMA.empty_table()]
    for a, b in combinations(models, 2):
        mine = [scored_for(part, b, leaks) for part in parts[a]]
        theirs = [scored_for(part, a, leaks) for part in parts[b]]
        decided, wrong = (pa.concat_tables(pair) for pair in zip(mine, theirs, strict=True))
        changes = compare(decided, wrong, before=b, after=a)
        counts.append(_counted(changes, a, b))
        changed.append(_changed(changes, a, b))
    order = [(key, "ascending") for key in _KEYS]
    return Differences(pa.concat_tables(counts).sort_by(order), pa.concat_tables(changed))


def _changed(changes: pa.Table, a: str, b: str) -> pa.Table:
    found = changes.filter(pc.field("change").isin(["gained", "lost"]))
    pair = [pa.repeat(model, found.num_rows) for model in (a, b)]
    return pa.table([*pair, *found.columns], CHANGED_SCHEMA.names).cast(CHANGED_SCHEMA)


def _counted(changes: pa.Table, a: str, b: str) -> pa.Table:
    rows = changes.num_rows
    columns = {
        "model_a": pa.repeat(a, rows),
        "model_b": pa.repeat(b, rows),
        **{key: changes[key] for key in ("tested", "type", "gold")},
        **{name: pc.equal(changes["change"], name).cast(pa.int64()) for name in CHANGES},
    }
    grouped = pa.table(columns).group_by(_KEYS).aggregate([(name, "sum") for name in CHANGES])
    named = grouped.rename_columns({f"{name}_sum": name for name in CHANGES})
    return named.select(DIFFERENCES_SCHEMA.names).cast(DIFFERENCES_SCHEMA)
