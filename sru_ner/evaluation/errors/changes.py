"""Changes between two models on the same documents, mention by mention.

A mention is right for a model if it is gold and predicted, or neither. It is wrong if it is only
one of them. Predictions that are out of inventory are left out.
"""

import pyarrow as pa
import pyarrow.compute as pc

from sru_ner.errors import InputError, UnknownNameError
from sru_ner.evaluation.groups import join
from sru_ner.rendering.amounts import counted

CHANGES: dict[str, str] = {
    "gained": "wrong before, right after",
    "lost": "right before, wrong after",
    "both_wrong": "wrong before and after",
    "both_right": "right before and after",
}
"""Each kind of change in words, in the order in which they are shown."""

CHANGES_SCHEMA = pa.schema(
    [
        pa.field("tested", pa.string(), nullable=False),
        pa.field("split", pa.string(), nullable=False),
        pa.field("document_id", pa.string(), nullable=False),
        pa.field("sentence_id", pa.int32()),
        pa.field("start", pa.int32(), nullable=False),
        pa.field("end", pa.int32(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("type", pa.string(), nullable=False),
        pa.field("gold", pa.bool_(), nullable=False),
        pa.field("change", pa.string(), nullable=False),  # one of CHANGES
        pa.field("error_before", pa.string()),  # its class; null if right
        pa.field("error_after", pa.string()),
        pa.field("score_before", pa.float32()),  # null if not predicted
        pa.field("score_after", pa.float32()),
    ]
)

_MENTION = ["tested", "split", "document_id", "start", "end", "type"]
_SHARED = ["gold", "sentence_id", "text"]


def compare(decisions: pa.Table, errors: pa.Table, *, before: str, after: str) -> pa.Table:
    """Compare the decisions of two models on the tested sources that both have.

    decisions: a table of `decisions.table.SCHEMA`. errors: what `classes.classify` returns for it.
    Returns a table of `CHANGES_SCHEMA`, sorted by tested source, document and place. Raises
    `UnknownNameError` for a model without decisions, and `InputError` unless both models were
    tested on the same gold mentions.
    """
    known = decisions["model"].unique().to_pylist()
    for model in (before, after):
        if model not in known:
            raise UnknownNameError("model", model, known)
    sides = [_side(decisions, errors, model) for model in (before, after)]
    shared = pc.is_in(sides[0]["tested"], sides[1]["tested"].unique())
    sides[0] = sides[0].filter(shared)
    sides[1] = sides[1].filter(pc.is_in(sides[1]["tested"], sides[0]["tested"].unique()))
    joined = sides[0].join(
        sides[1], _MENTION, join_type="full outer", left_suffix="_before", right_suffix="_after"
    )
    for name in _SHARED:
        both = pc.coalesce(joined[f"{name}_before"], joined[f"{name}_after"])
        joined = joined.append_column(name, both)
    _check_gold(joined, before, after)
    wrong = [pc.is_valid(joined[f"error_{side}"]) for side in ("before", "after")]
    change = pc.if_else(
        wrong[0],
        pc.if_else(wrong[1], "both_wrong", "gained"),
        pc.if_else(wrong[1], "lost", "both_right"),
    )
    table = joined.append_column("change", change).select(CHANGES_SCHEMA.names)
    return table.cast(CHANGES_SCHEMA).sort_by(
        [(key, "ascending") for key in _MENTION[:-2]]
        + [("end", "descending"), ("type", "ascending")]
    )


def _side(decisions: pa.Table, errors: pa.Table, model: str) -> pa.Table:
    """Return the mentions that a model is scored on, with the error class of the wrong ones."""
    judged = decisions.filter((pc.field("model") == model) & pc.field("in_inventory"))
    found = errors.filter((pc.field("model") == model) & (pc.field("side") != "unjudged"))
    mentions = judged.select([*_MENTION, *_SHARED, "score"])
    return join(mentions, found.select([*_MENTION, "error"]), _MENTION)


def _check_gold(joined: pa.Table, before: str, after: str) -> None:
    # A mention without a row of a model is not gold, and was not predicted by the model.
    gold = [pc.fill_null(joined[f"gold_{side}"], False) for side in ("before", "after")]
    if differ := pc.sum(pc.xor(*gold)).as_py():
        raise InputError(
            f"{before} and {after} were not tested on the same gold mentions:"
            f" they differ in {counted(differ, 'mention')}",
            remedy="compare them on the documents that both were tested on",
        )
