"""What every two models of a suite have right and wrong, counted by tested source and type."""

from collections.abc import Sequence
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.evaluation.contamination import NONE_KNOWN, Contaminations
from sru_ner.evaluation.errors.changes import CHANGES, compare
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
"""Without corpus text."""

_KEYS = DIFFERENCES_SCHEMA.names[:5]


def count_differences(
    decisions: pa.Table,
    errors: pa.Table,
    *,
    models: Sequence[str],
    leaks: Contaminations = NONE_KNOWN,
) -> pa.Table:
    """Count the changes from b to a for every two models, on documents that are scored for both.

    decisions: what `kept_decisions` gives with the same `leaks`; errors: what `errors.classify`
    made of it. Of two models, the one that `models` names first is a, as in `significance`.
    Returns a table of `DIFFERENCES_SCHEMA`, sorted by its keys.
    """
    parts = {
        model: tuple(table.filter(pc.field("model") == model) for table in (decisions, errors))
        for model in models
    }
    tables = [DIFFERENCES_SCHEMA.empty_table()]
    for a, b in combinations(models, 2):
        mine = [scored_for(part, b, leaks) for part in parts[a]]
        theirs = [scored_for(part, a, leaks) for part in parts[b]]
        decided, wrong = (pa.concat_tables(pair) for pair in zip(mine, theirs, strict=True))
        tables.append(_counted(compare(decided, wrong, before=b, after=a), a, b))
    order = [(key, "ascending") for key in _KEYS]
    return pa.concat_tables(tables).sort_by(order)


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
