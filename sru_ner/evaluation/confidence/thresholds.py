"""Thresholds: the lowest score that counts, chosen on dev data only.

The decoder's own threshold is 0.5. A higher one gives up recall for precision; where the two are
out of balance, F1 grows. A threshold is chosen for the best F1 on the dev splits of all sources
that the model learned from. Its effect on the tested corpora is measured afterwards. The same dev
splits also chose the epoch, so the gain on dev is too optimistic.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from sru_ner.decisions.counts import Counts, count
from sru_ner.evaluation.matrix import SCOPES, build_matrix
from sru_ner.evaluation.scored import scored_decisions
from sru_ner.settings.sections import Tuning

SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("type", pa.string()),  # null: all types that have no row of their own
        ("threshold", pa.float64()),  # predictions with at least that score count
        ("gold", pa.int64()),  # mentions on dev; of all types where `type` is null
        ("predictions", pa.int64()),  # on dev, before
        ("f1_before", pa.float64()),  # on dev; null if not defined
        ("f1_after", pa.float64()),
    ]
)

EFFECT_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("tested", pa.string()),
        ("scope", pa.string()),  # as in the matrix
        ("figure", pa.string()),  # `micro_f1`, `precision`, `recall`
        ("before", pa.float64()),  # null if not defined
        ("after", pa.float64()),
    ]
)

MIN_GOLD = 20
"""Gold mentions on dev that a type needs for a threshold of its own."""
_DECODER = 0.5


def tune(dev: pa.Table, tuning: Tuning) -> pa.Table:
    """Choose the thresholds of each model in `dev`.

    dev: scored decisions of the dev splits of each model's own sources. Returns a table of
    `SCHEMA`, sorted by model and type; it is empty for the tuning `none`. Of thresholds with the
    same F1, the lowest is taken; one that leaves out nothing is 0.5. Types with fewer than 20 gold
    mentions on dev get no threshold of their own.
    """
    if tuning == "none":
        return SCHEMA.empty_table()
    rows: list[dict[str, Any]] = []
    for model in sorted(dev["model"].unique().to_pylist()):
        mine = dev.filter((pc.field("model") == model) & pc.field("in_inventory"))
        rows.append({"model": model, "type": None, **_tuned(mine)})
        if tuning == "per_type":
            rows += _per_type(mine, model)
    return pa.Table.from_pylist(rows, schema=SCHEMA)


def tune_models(folder: Path, models: Mapping[str, Sequence[str]], tuning: Tuning) -> pa.Table:
    """Choose the thresholds of some models from their files, `<folder>/<model>.parquet`.

    models: model → sources that it learned from. Returns what `tune` returns. Raises `InputError`
    for a model that was evaluated without tuning, so that its file has no decisions on dev.
    """
    if tuning == "none":
        return SCHEMA.empty_table()
    dev = [scored_decisions(folder, [model], own, "dev") for model, own in models.items()]
    return tune(pa.concat_tables(dev), tuning)


def apply_thresholds(decisions: pa.Table, tuned: pa.Table) -> pa.Table:
    """Return the decisions without the predictions below their threshold.

    A gold mention below it becomes one that was not predicted. Models without a row in `tuned`, a
    table of `SCHEMA`, and predictions without a score do not change.
    """
    limits = {(row["model"], row["type"]): row["threshold"] for row in tuned.to_pylist()}
    pairs = decisions.select(["model", "type"])
    models, types = (
        pairs[name].combine_chunks().dictionary_encode() for name in pairs.column_names
    )
    table = np.array(
        [
            [
                limits.get((model, type_), limits.get((model, None), -np.inf))
                for type_ in types.dictionary.to_pylist()
            ]
            for model in models.dictionary.to_pylist()
        ]
    ).reshape(len(models.dictionary), len(types.dictionary))
    least = table[models.indices.to_numpy(), types.indices.to_numpy()]
    low = pc.fill_null(pc.less(decisions["score"].cast(pa.float64()), pa.array(least)), False)
    predicted = pc.and_not(decisions["predicted"], low)
    score = pc.if_else(predicted, decisions["score"], pa.scalar(None, decisions["score"].type))
    changed = decisions
    for name, column in (("predicted", predicted), ("score", score)):
        place = changed.schema.get_field_index(name)
        changed = changed.set_column(place, changed.schema.field(name), column)
    return changed.filter(pc.or_(changed["gold"], changed["predicted"]))


def effect(decisions: pa.Table, tuned: pa.Table) -> pa.Table:
    """Compute micro figures of a tested split before and after thresholds.

    decisions: scored decisions. Returns a table of `EFFECT_SCHEMA`, sorted by its keys, about the
    models in `tuned`, each on the corpora of which it knows a type.
    """
    models = sorted(tuned["model"].unique().to_pylist())
    mine = decisions.filter(pc.field("model").isin(pa.array(models, pa.string())))
    tested = sorted(mine["tested"].unique().to_pylist())
    before, after = (
        build_matrix(
            count(found), suite="", split="", shown="inventory", models=models, tested=tested
        )
        for found in (mine, apply_thresholds(mine, tuned))
    )
    rows = [
        {
            "model": model,
            "tested": name,
            "scope": scope,
            "figure": figure,
            "before": old,
            "after": new,
        }
        for model in models
        for name in tested
        if before[model, name].comparable
        for scope in sorted(SCOPES)
        for (figure, old), (_, new) in zip(
            _figures(before[model, name].micro(scope)),
            _figures(after[model, name].micro(scope)),
            strict=True,
        )
    ]
    return pa.Table.from_pylist(rows, schema=EFFECT_SCHEMA)


def as_json(tuned: pa.Table) -> dict[str, Any]:
    """Return thresholds for programs that annotate: each model's default, and its exceptions."""
    models: dict[str, dict[str, Any]] = {}
    for row in tuned.to_pylist():
        found = models.setdefault(row["model"], {"default": _DECODER, "types": {}})
        if row["type"] is None:
            found["default"] = row["threshold"]
        else:
            found["types"][row["type"]] = row["threshold"]
    return {"schema_version": 1, "tuned_on": "dev", "models": models}


def best_threshold(scores: NDArray[np.float64], right: NDArray[np.bool_], gold: int) -> float:
    """Return the threshold with the best F1.

    scores: (N), of all predictions, in any order. right: (N), which of them are gold mentions.
    gold: number of gold mentions, also of those that were not predicted. The threshold is halfway
    between the lowest score that counts and the next lower one. It is 0.5 if it leaves out nothing,
    or if no prediction is right.
    """
    if not right.any():
        return _DECODER
    order = np.argsort(-scores, kind="stable")
    ranked = scores[order]
    ends = np.flatnonzero(np.diff(ranked, append=-np.inf))
    f1 = 2 * np.cumsum(right[order])[ends] / (ends + 1 + gold)
    # Searched backwards, so that of equal F1 the lowest threshold is found.
    best = ends[len(ends) - 1 - int(np.argmax(f1[::-1]))]
    return float(ranked[best : best + 2].mean()) if best + 1 < len(ranked) else _DECODER


def _per_type(decisions: pa.Table, model: str) -> Iterator[dict[str, Any]]:
    for type_ in sorted(decisions["type"].unique().to_pylist()):
        found = _tuned(decisions.filter(pc.field("type") == type_))
        if found["gold"] >= MIN_GOLD:
            yield {"model": model, "type": type_, **found}


def _tuned(decisions: pa.Table) -> dict[str, Any]:
    found = decisions.filter(pc.field("predicted") & pc.field("score").is_valid())
    scores = found["score"].to_numpy().astype(np.float64)
    right = found["gold"].to_numpy().astype(bool)
    gold = pc.sum(decisions["gold"]).as_py() or 0
    threshold = best_threshold(scores, right, gold)
    before, after = (
        Counts(tp=int(kept.sum()), fp=int((~kept).sum()), fn=gold - int(kept.sum()))
        for kept in (right, right[scores >= threshold])
    )
    return {
        "threshold": threshold,
        "gold": gold,
        "predictions": len(scores),
        "f1_before": before.ratios.f1,
        "f1_after": after.ratios.f1,
    }


def _figures(counts: Counts) -> list[tuple[str, float | None]]:
    ratios = counts.ratios
    return [("micro_f1", ratios.f1), ("precision", ratios.precision), ("recall", ratios.recall)]
